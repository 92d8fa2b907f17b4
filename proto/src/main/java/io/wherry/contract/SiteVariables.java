package io.wherry.contract;

import io.wherry.contract.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Late site variables: the values that only a site has, filled into a model after it was verified (docs/reference/compose.md#site-variables).
 *
 * <p>In every text of a model {@code $$} is a dollar sign and {@code ${NAME}} a site variable; no other dollar sign occurs. A value goes in
 * as it is: what it holds is never read again, so it can neither name another variable nor change the model's structure.
 */
public final class SiteVariables {
    /** 4 KiB: a certificate chain does not belong into a variable, everything shorter fits. */
    public static final int MAX_VALUE_CHARACTERS = 4096;

    private static final Pattern DOLLAR = Pattern.compile("\\$(?:(\\$)|\\{([A-Za-z_][A-Za-z0-9_]*)\\})?");

    private SiteVariables() {}

    /**
     * The model as it is carried out: each {@code ${NAME}} replaced by its value, each {@code $$} by a dollar sign, in every value and key.
     *
     * @throws SiteVariableException if a variable has no value, or a dollar sign stands alone
     */
    public static Json.Obj substitute(Json.Obj model, Map<String, String> values) {
        return (Json.Obj) rewrite(model, text -> fill(text, values));
    }

    /** The names that the model holds. @throws SiteVariableException if a dollar sign stands alone */
    public static SortedSet<String> names(Json.Obj model) {
        SortedSet<String> names = new TreeSet<>();
        rewrite(model, text -> {
            Matcher matcher = DOLLAR.matcher(text);
            while (matcher.find()) {
                if (matcher.group(2) != null) {
                    names.add(matcher.group(2));
                }
            }
            return text;
        });
        return names;
    }

    /**
     * Checks a value against the pattern that the release signed: the whole value must match.
     *
     * @param pattern a {@link ValuePattern}
     * @throws SiteVariableException naming the variable and the pattern; never the value
     */
    public static void check(String name, String pattern, String value) {
        if (value.length() > MAX_VALUE_CHARACTERS) {
            throw new SiteVariableException(
                    name + ": " + value.length() + " characters (expected: at most " + MAX_VALUE_CHARACTERS + ")");
        }
        if (!ValuePattern.parse(pattern).matches(value)) {
            throw new SiteVariableException(
                    name + ": the value does not match its pattern (expected: " + pattern + ")");
        }
    }

    private static String fill(String text, Map<String, String> values) {
        if (text.indexOf('$') < 0) {
            return text;
        }
        StringBuilder filled = new StringBuilder();
        Matcher matcher = DOLLAR.matcher(text);
        while (matcher.find()) {
            matcher.appendReplacement(filled, "");
            filled.append(matcher.group(1) != null ? "$" : value(text, matcher.group(2), values));
        }
        return matcher.appendTail(filled).toString();
    }

    private static String value(
            String text, @org.jspecify.annotations.Nullable String name, Map<String, String> values) {
        if (name == null) {
            throw new SiteVariableException("text: \"" + text + "\" holds a lone $ (expected: $$ or ${NAME})");
        }
        String value = values.get(name);
        if (value == null) {
            throw new SiteVariableException(name + ": no value (expected: one for each site variable of the stack)");
        }
        return value;
    }

    private static Json rewrite(Json value, UnaryOperator<String> text) {
        return switch (value) {
            case Json.Str(String string) -> new Json.Str(text.apply(string));
            case Json.Arr(var items) ->
                new Json.Arr(items.stream().map(item -> rewrite(item, text)).toList());
            case Json.Obj(var fields) -> {
                SequencedMap<String, Json> rewritten = new LinkedHashMap<>();
                fields.forEach((key, field) -> rewritten.put(text.apply(key), rewrite(field, text)));
                yield new Json.Obj(rewritten);
            }
            case Json.Int number -> number;
            case Json.Dec number -> number;
            case Json.Bool bool -> bool;
            case Json.Null none -> none;
        };
    }
}
