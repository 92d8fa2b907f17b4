package io.wherry.hub.resource;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Follows {@code dependsOn}. Pure. A dependency that does not exist is no cycle: the plan says that it is missing. */
public final class Dependencies {
    private Dependencies() {}

    /** The way from the stack back to itself, {@code a -> b -> a}, with the others as they are stored; empty if there is none. */
    public static Optional<String> cycle(Stack stack, Collection<Stack> stored) {
        Map<String, List<String>> next = new HashMap<>();
        stored.forEach(other -> next.put(other.name(), other.apply().dependsOn()));
        next.put(stack.name(), stack.apply().dependsOn());
        List<String> path = new ArrayList<>(List.of(stack.name()));
        return find(stack.name(), stack.name(), next, path, new HashSet<>())
                ? Optional.of(String.join(" -> ", path))
                : Optional.empty();
    }

    /** The same resources, each stack before those that it depends on. There is no cycle: none is ever stored. */
    static List<Stored<Resource>> dependentsFirst(List<Stored<Resource>> resources) {
        List<Stored<Resource>> ordered = new ArrayList<>();
        List<Stored<Resource>> left = new ArrayList<>(resources);
        while (!left.isEmpty()) {
            Stored<Resource> next = left.stream()
                    .filter(one -> left.stream().noneMatch(other -> needs(other, one)))
                    .findFirst()
                    .orElse(left.getFirst());
            left.remove(next);
            ordered.add(next);
        }
        return ordered;
    }

    private static boolean needs(Stored<Resource> dependent, Stored<Resource> needed) {
        return dependent.resource() instanceof Stack stack
                && needed.resource() instanceof Stack
                && stack.apply().dependsOn().contains(needed.name());
    }

    private static boolean find(
            String from, String goal, Map<String, List<String>> next, List<String> path, Set<String> seen) {
        for (String dependency : next.getOrDefault(from, List.of())) {
            path.add(dependency);
            if (dependency.equals(goal) || (seen.add(dependency) && find(dependency, goal, next, path, seen))) {
                return true;
            }
            path.removeLast();
        }
        return false;
    }
}
