package io.wherry.hub.sync;

import io.wherry.contract.SiteVariableException;
import io.wherry.contract.SiteVariables;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.SiteVariableSpec;
import io.wherry.hub.resource.Stack;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The values of one stack at one agent: the agent's variables over what {@code from} names of it over the stack's over the default. Pure.
 *
 * @param early values that steer rendering
 * @param late  values that the agent puts in
 */
record SiteValues(SortedMap<String, String> early, SortedMap<String, String> late) {

    static SiteValues of(Stack stack, Agent agent) {
        SortedMap<String, String> all = new TreeMap<>();
        stack.values().siteVariables().forEach(spec -> spec.fallback().ifPresent(value -> all.put(spec.name(), value)));
        all.putAll(stack.values().variables());
        stack.values().siteVariables().forEach(spec -> spec.of(agent).ifPresent(value -> all.put(spec.name(), value)));
        all.putAll(agent.variables());
        SortedMap<String, String> late = new TreeMap<>();
        for (String name : lateNames(stack)) {
            String value = all.remove(name);
            if (value != null) {
                late.put(name, value);
            }
        }
        return new SiteValues(all, late);
    }

    /** Patterns of the late variables' values, by their names. */
    static SortedMap<String, String> latePatterns(Stack stack) {
        SortedMap<String, String> patterns = new TreeMap<>();
        stack.values().siteVariables().stream()
                .filter(spec -> !spec.early())
                .forEach(spec -> patterns.put(spec.name(), spec.pattern()));
        return patterns;
    }

    static SortedSet<String> lateNames(Stack stack) {
        SortedSet<String> names = new TreeSet<>();
        stack.values().siteVariables().stream().filter(spec -> !spec.early()).forEach(spec -> names.add(spec.name()));
        return names;
    }

    /** What is wrong with the values of these variables, or nothing. */
    Optional<TargetContent.Kept> objection(Stack stack, String agentName, SortedSet<String> used) {
        for (SiteVariableSpec spec : stack.values().siteVariables()) {
            if (!spec.early() && !used.contains(spec.name())) {
                continue;
            }
            String value = spec.early() ? early.get(spec.name()) : late.get(spec.name());
            if (value == null) {
                return Optional.of(new TargetContent.Kept(
                        SyncReason.SITE_VARIABLE_MISSING,
                        "site variable " + spec.name() + " has no value at " + agentName
                                + " (set it in the agent's variables, or give it a default"
                                + spec.from().map(word -> "; it has no " + word).orElse("") + ")"));
            }
            try {
                SiteVariables.check(spec.name(), spec.pattern(), value);
            } catch (SiteVariableException e) {
                return Optional.of(new TargetContent.Kept(
                        SyncReason.SITE_VARIABLE_REFUSED, "site variable at " + agentName + ": " + e.getMessage()));
            }
        }
        return Optional.empty();
    }
}
