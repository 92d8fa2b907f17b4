package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.contract.StackId;
import io.wherry.hub.resource.Group;
import io.wherry.hub.resource.RolloutPolicy;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.resource.Targets;
import io.wherry.hub.sync.TargetContent.Kept;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Who goes where: every stack with its targets, as the resources stand at one moment. Pure. */
final class FleetView {
    private final SortedMap<String, StackInput> stacks = new TreeMap<>();
    private final Map<String, Set<AgentId>> agentsByStack = new HashMap<>();
    private final Map<AgentId, Map<String, String>> stackByProject = new HashMap<>();
    private final List<Stored<Stack>> leaving = new ArrayList<>();
    private final Map<AgentId, Member> members;
    private final SortedMap<String, Stored<Source>> sources;
    private final KnownSecrets secrets;

    /** What people declared, but for the agents. */
    record Declared(
            Collection<Stored<Stack>> stacks,
            Collection<Stored<Group>> groups,
            SortedMap<String, Stored<Source>> sources,
            Map<String, RolloutPolicy> policies) {}

    /** @param members agents in service */
    FleetView(Declared declared, List<Member> members, KnownSecrets secrets) {
        this.secrets = secrets;
        this.members = members.stream().collect(Collectors.toMap(Member::id, member -> member));
        this.sources = declared.sources();
        Collection<Stored<Stack>> stacks = declared.stacks();
        Map<String, Group> groupsByName =
                declared.groups().stream().collect(Collectors.toMap(Stored::name, Stored::resource));
        List<Member> working = members.stream()
                .filter(member -> !member.agent().suspend() && !member.retiring())
                .sorted(Comparator.comparing(Member::name))
                .toList();
        Set<AgentId> paused = members.stream()
                .filter(member -> member.agent().suspend())
                .map(Member::id)
                .collect(Collectors.toSet());
        Map<String, StackId> uids =
                stacks.stream().collect(Collectors.toMap(Stored::name, stored -> StackId.parse(stored.uid())));
        for (Stored<Stack> stored : stacks) {
            if (stored.deleting().isPresent()) {
                leaving.add(stored);
            }
            List<Member> targets = targets(stored.resource(), working, groupsByName);
            targets.forEach(member -> claim(stored, member));
            if (stored.deleting().isEmpty()) {
                this.stacks.put(stored.name(), input(stored, targets, paused, uids, declared.policies()));
                agentsByStack.put(
                        stored.name(), targets.stream().map(Member::id).collect(Collectors.toSet()));
            }
        }
    }

    private static List<Member> targets(Stack stack, List<Member> working, Map<String, Group> groups) {
        Map<String, Member> byName = new HashMap<>();
        working.forEach(member -> byName.put(member.name(), member));
        return Targets.of(stack, working.stream().map(Member::agent).toList(), groups).stream()
                .flatMap(agent -> Optional.ofNullable(byName.get(agent.name())).stream())
                .toList();
    }

    /** The first stack by name has the project; one that is leaving has it until it is gone. */
    private void claim(Stored<Stack> stored, Member member) {
        boolean leaves = stored.deleting().isPresent();
        if (!stored.resource().ownsProject()) {
            return;
        }
        stackByProject
                .computeIfAbsent(member.id(), id -> new HashMap<>())
                .merge(stored.resource().project(), stored.name(), (first, second) -> leaves ? second : first);
    }

    private static StackInput input(
            Stored<Stack> stored,
            List<Member> targets,
            Set<AgentId> paused,
            Map<String, StackId> uids,
            Map<String, RolloutPolicy> policies) {
        List<StackId> dependsOn = stored.resource().apply().dependsOn().stream()
                .flatMap(name -> Optional.ofNullable(uids.get(name)).stream())
                .toList();
        return new StackInput(
                StackId.parse(stored.uid()),
                stored.resource(),
                targets,
                new HashSet<>(paused),
                dependsOn,
                stored.resource().apply().rolloutPolicyRef().flatMap(name -> Optional.ofNullable(policies.get(name))));
    }

    /** Those that shall run somewhere, by name. */
    Collection<StackInput> stacks() {
        return stacks.values();
    }

    Optional<StackInput> find(String stack) {
        return Optional.ofNullable(stacks.get(stack));
    }

    /** Stacks that stay and depend on this one, by name. */
    List<String> dependents(String stack) {
        return stacks.values().stream()
                .filter(input -> input.stack().apply().dependsOn().contains(stack))
                .map(StackInput::name)
                .toList();
    }

    /** Stacks whose deletion was asked for. */
    List<Stored<Stack>> leaving() {
        return leaving;
    }

    KnownSecrets secrets() {
        return secrets;
    }

    Map<String, Stored<Source>> sources() {
        return sources;
    }

    /** One that files of stacks are in. */
    Optional<Stored<Source>> findSource(String name) {
        return Optional.ofNullable(sources.get(name))
                .filter(source -> !source.resource().type().holdsCharts());
    }

    /** Empty for an agent that is not in service. */
    Optional<Member> member(AgentId id) {
        return Optional.ofNullable(members.get(id));
    }

    /** Those that are to be retired once nothing of theirs is left. */
    List<Member> retiring() {
        return members.values().stream().filter(Member::retiring).toList();
    }

    Optional<Member> memberByName(String name) {
        return members.values().stream()
                .filter(member -> member.name().equals(name))
                .findFirst();
    }

    List<String> memberNames() {
        return members.values().stream().map(Member::name).toList();
    }

    /** Agents that the policy selects, by name. */
    List<Member> governedBy(String policy) {
        return members.values().stream()
                .filter(member ->
                        member.governedBy().stream().anyMatch(one -> one.name().equals(policy)))
                .sorted(Comparator.comparing(Member::name))
                .toList();
    }

    /** Why this target cannot have the stack, whatever its files say. */
    Optional<Kept> objection(StackInput input, Member member) {
        String project = input.stack().project();
        String owner = stackByProject.getOrDefault(member.id(), Map.of()).getOrDefault(project, input.name());
        if (input.stack().ownsProject() && !owner.equals(input.name())) {
            return Optional.of(projectTaken(project, member, owner));
        }
        for (String dependency : input.stack().apply().dependsOn()) {
            if (!agentsByStack.getOrDefault(dependency, Set.of()).contains(member.id())) {
                boolean exists = stacks.containsKey(dependency);
                return Optional.of(new Kept(
                        SyncReason.DEPENDENCY_MISSING,
                        "dependsOn: stack " + dependency
                                + (exists ? " does not go to " + member.name() : " does not exist")));
            }
            Optional<Kept> never = find(dependency)
                    .flatMap(below -> Abilities.otherRuntime(
                            member, below.stack().format().model()));
            if (never.isPresent()) {
                return never.map(kept -> new Kept(
                        SyncReason.DEPENDENCY_MISSING,
                        "dependsOn: stack " + dependency + " is never at " + member.name() + ": " + kept.detail()));
            }
        }
        return Optional.empty();
    }

    static Kept projectTaken(String project, Member member, String owner) {
        return new Kept(
                SyncReason.PROJECT_TAKEN,
                "project " + project + " at " + member.name() + " belongs to stack " + owner
                        + " (give this one another compose.projectName)");
    }
}
