package io.wherry.hub.configuration;

import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.Group;
import io.wherry.hub.resource.Policy;
import io.wherry.hub.resource.Resource;
import io.wherry.hub.resource.RolloutPolicy;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.resource.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which of the objects that a commit no longer declares end, and which wait. Pure. A slipped path or an emptied folder looks just like a wish, and nobody is
 * asked here: so a stack ends without a person only where hub.yaml says so, many objects at once never do, and a policy never does.
 */
final class Pruning {
    /** More than this share of all objects … */
    static final int MAX_PERCENT = 30;

    /** … and more than this many wait for a person: a small repository loses one of two objects every day. */
    static final int MAX_OBJECTS = 3;

    private static final String GONE = " is no longer declared: ";

    private final List<Stored<Resource>> going = new ArrayList<>();
    private final List<String> waiting = new ArrayList<>();

    private Pruning() {}

    /**
     * @param gone     no longer declared, each before what it needs
     * @param all      the stacks of the hub, these among them
     * @param before   how many objects were declared before
     * @param stacks   whether stacks may end without a person
     * @param accepted whether a person accepted all of it
     */
    static Pruning of(
            List<Stored<Resource>> gone, Collection<Stored<Stack>> all, int before, boolean stacks, boolean accepted) {
        Pruning pruning = new Pruning();
        boolean many = gone.size() > MAX_OBJECTS && gone.size() * 100 > before * MAX_PERCENT;
        List<Stack> staying = all.stream()
                .filter(stack -> stack.deleting().isEmpty())
                .map(Stored::resource)
                .collect(Collectors.toCollection(ArrayList::new));
        for (Stored<Resource> stored : gone) {
            Resource resource = stored.resource();
            if (resource instanceof Policy) {
                pruning.waiting.add(References.object(resource)
                        + " is no longer declared, and holds until an administrator deletes it");
                continue;
            }
            Optional<String> why = !accepted && many
                    ? Optional.of(gone.size() + " of " + before + " objects would end at once")
                    : !accepted && !stacks && resource instanceof Stack
                            ? Optional.of("its workloads would end at every site")
                            : staying.stream()
                                    .filter(stack -> !stack.equals(resource) && needs(stack, resource))
                                    .findFirst()
                                    .map(stack -> "stack " + stack.name() + " needs it");
            if (why.isPresent()) {
                pruning.waiting.add(References.object(resource) + GONE + why.get());
            } else {
                staying.remove(resource);
                pruning.going.add(stored);
            }
        }
        return pruning;
    }

    /** Each before what it needs. */
    List<Stored<Resource>> going() {
        return going;
    }

    /** One line for each that stays. */
    List<String> waiting() {
        return waiting;
    }

    /** Whether a line of what waits is about an end. */
    static boolean isDeletion(String line) {
        return line.contains(GONE);
    }

    private static boolean needs(Stack stack, Resource needed) {
        return switch (needed) {
            case Source source -> stack.sources().contains(source.name());
            case Stack other -> stack.apply().dependsOn().contains(other.name());
            case Group group ->
                stack.targets().stream()
                        .anyMatch(target -> target.agents().equals(new Target.Agents.InGroup(group.name())));
            case RolloutPolicy policy -> stack.apply().rolloutPolicyRef().equals(Optional.of(policy.name()));
            case Agent _, Policy _ -> false;
        };
    }
}
