package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.contract.EntryOptions;
import io.wherry.contract.Features;
import io.wherry.contract.SiteVariable;
import io.wherry.contract.StackId;
import io.wherry.hub.resource.ApplySpec;
import io.wherry.hub.resource.RolloutPolicy;
import io.wherry.hub.resource.Stack;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/**
 * One stack and its targets in one turn.
 *
 * @param members   the agents that its targets name
 * @param paused    agents that are suspended: they keep what they have, and are not lost
 * @param dependsOn uids of the stacks it depends on
 * @param policy    by which new content goes to its targets; empty: to all at once, or the one that it names does not exist
 */
record StackInput(
        StackId id,
        Stack stack,
        List<Member> members,
        Set<AgentId> paused,
        List<StackId> dependsOn,
        Optional<RolloutPolicy> policy) {
    StackInput {
        members = List.copyOf(members);
        paused = Set.copyOf(paused);
        dependsOn = List.copyOf(dependsOn);
    }

    /** Whether the agent is one of its targets, or would be if it were not suspended. */
    boolean holds(AgentId agent) {
        return paused.contains(agent)
                || members.stream().anyMatch(member -> member.id().equals(agent));
    }

    String name() {
        return stack.name();
    }

    /** Whether it names a rollout policy that is not there. */
    boolean isPolicyMissing() {
        return policy.isEmpty() && stack.apply().rolloutPolicyRef().isPresent();
    }

    /** One sentence, for a person. */
    String missingPolicy() {
        return "rolloutPolicyRef: rollout policy "
                + stack.apply().rolloutPolicyRef().orElse("") + " does not exist (wherry apply -f it)";
    }

    /** Only what the agent understands: whoever cannot take over, or keep to windows, is not asked to, and {@link Abilities} says so. */
    EntryOptions options(AgentId agent) {
        Optional<Member> target =
                members.stream().filter(member -> member.id().equals(agent)).findFirst();
        ApplySpec apply = stack.apply();
        return new EntryOptions(
                stack.project(),
                apply.health().observe(),
                apply.health().timeout(),
                apply.prune(),
                apply.sync().correctDrift(),
                apply.sync().alwaysApply(),
                apply.sync().siteInterval(),
                switch (apply.health().onUnhealthy()) {
                    case ROLLBACK -> EntryOptions.OnUnhealthy.ROLLBACK;
                    case HOLD -> EntryOptions.OnUnhealthy.HOLD;
                },
                dependsOn,
                Optional.empty(),
                stack.format().adopt() && understands(target, Features.ADOPT),
                target.filter(Member::keepsWindows).map(Member::windows).orElse(List.of()));
    }

    private static boolean understands(Optional<Member> target, String feature) {
        return target.filter(member -> member.understands().contains(feature)).isPresent();
    }

    List<SiteVariable> siteVariables(SortedSet<String> used) {
        return stack.values().siteVariables().stream()
                .filter(spec -> used.contains(spec.name()))
                .map(spec -> new SiteVariable(spec.name(), spec.pattern(), spec.fallback()))
                .toList();
    }
}
