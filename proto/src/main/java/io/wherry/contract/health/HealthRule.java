package io.wherry.contract.health;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * When an object of one kind is healthy, and when it has failed.
 *
 * <pre>{@code
 * {"group": "example.org", "kind": "Database",
 *  "healthy": "{.status.phase} == Ready",            or a list: all must hold
 *  "failed": "{.status.phase} == Error",             optional, or a list: one is enough; asked before healthy
 *  "message": "{.status.message}"}                   optional: what is added to the sentence
 * }</pre>
 *
 * @param group   empty for the core group
 * @param healthy at least one; all must hold
 * @param failed  none: only time says that it has failed
 */
public record HealthRule(
        String group, String kind, List<Comparison> healthy, List<Comparison> failed, Optional<JsonPath> message) {
    /** More conditions than these is a program, not a rule. */
    public static final int MAX_COMPARISONS = 16;

    private static final Set<String> FIELDS = Set.of("group", "kind", "healthy", "failed", "message");

    public HealthRule {
        healthy = List.copyOf(healthy);
        failed = List.copyOf(failed);
        if (healthy.isEmpty()) {
            throw new IllegalArgumentException("healthy: empty (expected: one comparison or more)");
        }
    }

    /** @throws RuleException naming the field, and the character within a path */
    public static HealthRule parse(Json.Obj rule) {
        TreeSet<String> unknown = new TreeSet<>(rule.fields().keySet());
        unknown.removeAll(FIELDS);
        if (!unknown.isEmpty()) {
            throw new RuleException(
                    unknown.first() + ": unknown field (expected: one of " + new TreeSet<>(FIELDS) + ")");
        }
        String kind = text(rule, "kind").orElse("");
        if (kind.isEmpty()) {
            throw new RuleException("kind: missing (expected: a kind, like Database)");
        }
        List<Comparison> healthy = comparisons(rule, "healthy");
        if (healthy.isEmpty()) {
            throw new RuleException("healthy: missing (expected: a comparison, like {.status.phase} == Ready)");
        }
        Optional<JsonPath> message = text(rule, "message").map(path -> at("message", () -> JsonPath.parse(path)));
        return new HealthRule(text(rule, "group").orElse(""), kind, healthy, comparisons(rule, "failed"), message);
    }

    private static Optional<String> text(Json.Obj rule, String field) {
        try {
            return rule.findString(field);
        } catch (JsonException e) {
            throw new RuleException(String.valueOf(e.getMessage()));
        }
    }

    private static List<Comparison> comparisons(Json.Obj rule, String field) {
        List<Json> texts = rule.find(field)
                .map(value -> value instanceof Json.Arr(List<Json> items) ? items : List.of(value))
                .orElse(List.of());
        if (texts.size() > MAX_COMPARISONS) {
            throw new RuleException(
                    field + ": " + texts.size() + " comparisons (expected: at most " + MAX_COMPARISONS + ")");
        }
        return texts.stream()
                .map(value -> value instanceof Json.Str(String text)
                        ? at(field, () -> Comparison.parse(text))
                        : HealthRule.<Comparison>refuse(
                                field + ": not a text (expected: {.status.phase} == Ready, or a list of such)"))
                .toList();
    }

    private static <T> T at(String field, Supplier<T> parsed) {
        try {
            return parsed.get();
        } catch (RuleException e) {
            throw new RuleException(field + ": " + e.getMessage());
        }
    }

    private static <T> T refuse(String message) {
        throw new RuleException(message);
    }

    /** What the rule says of an object of its kind. */
    public RuleVerdict of(Json.Obj object) {
        Optional<Comparison> broken =
                failed.stream().filter(c -> c.holds(object)).findFirst();
        if (broken.isPresent()) {
            return new RuleVerdict(RuleVerdict.State.FAILED, "has failed: " + broken.get() + said(object));
        }
        String missing = healthy.stream()
                .filter(c -> !c.holds(object))
                .map(c -> c + " (is " + c.found(object) + ")")
                .collect(Collectors.joining(", "));
        return missing.isEmpty()
                ? new RuleVerdict(RuleVerdict.State.HEALTHY, "is as its health rule asks" + said(object))
                : new RuleVerdict(RuleVerdict.State.WAITING, "waits for " + missing + said(object));
    }

    private String said(Json.Obj object) {
        String words = message.stream()
                .flatMap(path -> path.find(object).stream())
                .filter(value -> value instanceof Json.Str)
                .map(value -> ((Json.Str) value).value())
                .filter(text -> !text.isBlank())
                .collect(Collectors.joining(" "));
        return words.isEmpty() ? "" : ": " + words;
    }
}
