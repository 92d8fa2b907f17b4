package io.wherry.contract.health;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A stack's own health rules, at most one per kind. */
public record HealthRules(List<HealthRule> rules) {
    public static final HealthRules NONE = new HealthRules(List.of());

    /** A cluster has a few hundred kinds; a stack has rules for those of its own. */
    public static final int MAX_RULES = 100;

    public HealthRules {
        rules = List.copyOf(rules);
    }

    /**
     * Reads them as the model holds them ({@code healthRules}).
     *
     * @throws RuleException naming the rule by its place, the field, and the character within a path: {@code healthRules[2].healthy: character 9: …}
     */
    public static HealthRules parse(List<Json.Obj> rules) {
        if (rules.size() > MAX_RULES) {
            throw new RuleException("healthRules: " + rules.size() + " rules (expected: at most " + MAX_RULES + ")");
        }
        List<HealthRule> read = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            String place = "healthRules[" + i + "]";
            HealthRule rule;
            try {
                rule = HealthRule.parse(rules.get(i));
            } catch (RuleException e) {
                throw new RuleException(place + "." + e.getMessage());
            }
            if (read.stream()
                    .anyMatch(r -> r.group().equals(rule.group()) && r.kind().equals(rule.kind()))) {
                throw new RuleException(place + ": a second rule for " + rule.kind() + " of group \"" + rule.group()
                        + "\" (expected: one per kind; healthy and failed may be lists)");
            }
            read.add(rule);
        }
        return new HealthRules(read);
    }

    /** The rule for a kind. */
    public Optional<HealthRule> find(String group, String kind) {
        return rules.stream()
                .filter(r -> r.group().equals(group) && r.kind().equals(kind))
                .findFirst();
    }
}
