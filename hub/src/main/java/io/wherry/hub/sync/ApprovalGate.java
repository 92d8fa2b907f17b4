package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import io.wherry.hub.approval.ApprovalRepository;
import io.wherry.hub.approval.ApprovalRepository.Subject;
import io.wherry.hub.approval.Ask;
import io.wherry.hub.approval.AwaitedPlan;
import io.wherry.hub.approval.Vote;
import io.wherry.hub.resource.Policy;
import io.wherry.hub.resource.RolloutPolicy;
import io.wherry.hub.rollout.EntryRepository;
import io.wherry.hub.rollout.PlacedEntry;
import io.wherry.hub.status.StackState;
import io.wherry.hub.sync.RevisionRepository.RevisionTarget;
import io.wherry.hub.sync.TargetContent.Awaiting;
import io.wherry.hub.sync.TargetContent.Ready;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Keeps new content back until as many people have approved it as policies ask for. What a target has already is no new content, nor is what it had in the revision that
 * the stack is pinned to: going back waits for nobody.
 */
final class ApprovalGate {
    private final Authors authors;
    private final InstantSource clock;

    ApprovalGate(Authors authors, InstantSource clock) {
        this.authors = authors;
        this.clock = clock;
    }

    /** How many, and who says so. */
    private record Rule(int required, String words) {}

    private static Optional<Rule> rule(StackInput input, Member member) {
        Optional<Rule> ofPolicy =
                member.approved().map(policy -> new Rule(policy.require().approvals(), words(policy)));
        Optional<Rule> ofRollout = input.policy()
                .filter(policy -> policy.approvals() > 0)
                .map(policy -> new Rule(policy.approvals(), words(policy)));
        return ofPolicy.filter(
                        rule -> rule.required() >= ofRollout.map(Rule::required).orElse(0))
                .or(() -> ofRollout);
    }

    private static String words(Policy policy) {
        return "policy " + policy.name() + " (require.approvals)";
    }

    private static String words(RolloutPolicy policy) {
        return "rollout policy " + policy.name() + " (approvals)";
    }

    /** @param targets what each would have without approvals */
    Map<AgentId, TargetContent> gated(
            Handle handle, StackInput input, StackState state, Map<AgentId, TargetContent> targets) {
        Map<Member, Rule> rules = new HashMap<>();
        input.members().forEach(member -> rule(input, member)
                .filter(_ -> targets.get(member.id()) instanceof Ready)
                .ifPresent(rule -> rules.put(member, rule)));
        if (rules.isEmpty()) {
            return targets;
        }
        Map<AgentId, PlacedEntry> has = EntryRepository.ofStack(handle, input.id()).stream()
                .collect(Collectors.toMap(PlacedEntry::agent, entry -> entry));
        Map<AgentId, Digest> earlier = state.pinned() ? bundles(handle, input.id(), state.pinnedRevision()) : Map.of();
        Map<Subject, List<Vote>> votes = ApprovalRepository.votes(handle, input.id());
        Map<AgentId, TargetContent> gated = new HashMap<>(targets);
        rules.forEach((member, rule) -> {
            if (targets.get(member.id()) instanceof Ready ready
                    && !Optional.ofNullable(has.get(member.id()))
                            .filter(ready::isIn)
                            .isPresent()
                    && !ready.bundle().ref().digest().equals(earlier.get(member.id()))) {
                Ask ask = new Ask(member.id(), content(ready), rule.required(), rule.words());
                List<Vote> said = votes.getOrDefault(new Subject(ask.agent(), ask.content()), List.of());
                if (Vote.rejection(said).isPresent() || Vote.approvers(said).size() < rule.required()) {
                    gated.put(member.id(), new Awaiting(ready, ask, said));
                }
            }
        });
        return gated;
    }

    private static Map<AgentId, Digest> bundles(Handle handle, StackId stack, long revision) {
        return RevisionRepository.targets(handle, stack, revision).stream()
                .collect(Collectors.toMap(RevisionTarget::agent, RevisionTarget::bundle, (_, later) -> later));
    }

    /** Values of secrets are not part of it: they follow their credentials, which people approve nowhere. */
    private static Digest content(Ready ready) {
        return RolloutGate.digest(ready.with(new TreeMap<>(), new TreeMap<>()));
    }

    /** Writes down what waits now, and forgets what was said to content that nobody is to have any longer. In the transaction of the turn. */
    void note(
            Handle handle, StackInput input, Map<AgentId, TargetContent> gated, String what, Optional<Origin> origin) {
        Optional<AwaitedPlan> before = ApprovalRepository.find(handle, input.id());
        List<Ask> asks = asks(gated.values());
        if (asks.isEmpty()) {
            before.ifPresent(_ -> ApprovalRepository.remove(handle, input.id()));
        } else if (!before.map(AwaitedPlan::asks).equals(Optional.of(asks))
                || !before.map(AwaitedPlan::what).equals(Optional.of(what))) {
            Digest plan = AwaitedPlan.hash(input.id(), asks);
            ApprovalRepository.put(
                    handle,
                    new AwaitedPlan(
                            input.id(),
                            plan,
                            what,
                            authors.of(handle, input, asks, origin),
                            before.filter(same -> same.plan().equals(plan))
                                    .map(AwaitedPlan::since)
                                    .orElseGet(clock::instant),
                            asks));
        }
        ApprovalRepository.votes(handle, input.id()).keySet().stream()
                .filter(subject -> isOver(subject, gated.get(subject.agent())))
                .forEach(subject -> ApprovalRepository.drop(handle, input.id(), subject));
    }

    /** As the plan is written down: by agent. */
    static List<Ask> asks(Collection<TargetContent> targets) {
        return targets.stream()
                .filter(Awaiting.class::isInstance)
                .map(target -> ((Awaiting) target).ask())
                .sorted(Comparator.comparing(Ask::agent))
                .toList();
    }

    /** What cannot be had for now says nothing about what was approved. */
    private static boolean isOver(Subject subject, @Nullable TargetContent target) {
        return switch (target) {
            case null -> true;
            case Ready ready -> !content(ready).equals(subject.content());
            case Awaiting awaiting -> !awaiting.ask().content().equals(subject.content());
            case TargetContent.Kept _ -> false;
        };
    }
}
