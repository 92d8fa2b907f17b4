package io.wherry.hub.resource;

import io.wherry.contract.health.HealthRules;
import io.wherry.contract.health.RuleException;
import io.wherry.contract.json.Json;
import java.util.List;

/**
 * What a stack says of its objects at the site. The rules go to the agent as they are.
 *
 * @param ignoreDifferences fields that are no drift: {@code kind}, {@code jsonPointers}, and {@code group}, {@code name}, {@code namespace} where given
 * @param healthRules       what healthy means for a kind, each as {@link io.wherry.contract.health.HealthRule} reads it
 * @param takeBack          field managers, with {@code *}, whose additions are drift
 */
public record ClusterRules(List<Json.Obj> ignoreDifferences, List<Json.Obj> healthRules, List<String> takeBack) {
    public static final ClusterRules NONE = new ClusterRules(List.of(), List.of(), List.of());

    /** 64 of each: a stack has a handful. */
    private static final int MAX_RULES = 64;

    /** 128 characters: what the API allows for the name of a field manager. */
    private static final int MAX_MANAGER_CHARS = 128;

    /** 512 characters: the longest path that a field of the API has, several times over. */
    private static final int MAX_TEXT_CHARS = 512;

    public ClusterRules {
        ignoreDifferences = List.copyOf(ignoreDifferences);
        healthRules = List.copyOf(healthRules);
        takeBack = List.copyOf(takeBack);
        requireFew("ignoreDifferences", ignoreDifferences);
        requireFew("healthRules", healthRules);
        try {
            HealthRules.parse(healthRules);
        } catch (RuleException e) {
            throw new IllegalArgumentException(
                    String.valueOf(e.getMessage()).replaceFirst("^healthRules", "healthRules "), e);
        }
        requireFew("takeBack", takeBack);
        takeBack.forEach(manager -> Names.require(
                !manager.isEmpty() && manager.length() <= MAX_MANAGER_CHARS,
                "takeBack",
                manager,
                "the name of a field manager, 1 to 128 characters"));
    }

    private static void requireFew(String key, List<?> rules) {
        if (rules.size() > MAX_RULES) {
            throw new IllegalArgumentException(key + ": " + rules.size() + " (expected: at most " + MAX_RULES + ")");
        }
    }

    /** A text of a rule. @throws IllegalArgumentException if it is too long */
    static String text(String key, String value) {
        Names.require(value.length() <= MAX_TEXT_CHARS, key, value.length() + " characters", "at most 512");
        return value;
    }

    void put(Json.Builder spec) {
        if (!ignoreDifferences.isEmpty()) {
            spec.put("ignoreDifferences", new Json.Arr(List.copyOf(ignoreDifferences)));
        }
        if (!healthRules.isEmpty()) {
            spec.put("healthRules", new Json.Arr(List.copyOf(healthRules)));
        }
        if (!takeBack.isEmpty()) {
            spec.put("takeBack", takeBack);
        }
    }
}
