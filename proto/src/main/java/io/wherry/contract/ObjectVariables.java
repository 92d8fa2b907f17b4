package io.wherry.contract;

import io.wherry.contract.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Late site variables in a model of Kubernetes (docs/reference/bundle-format.md#kubernetes-model). A model that says {@code "variables": true} is escaped: in
 * every text of its objects and hooks {@code $$} is a dollar sign, {@code ${NAME}} a site variable, and no other dollar sign occurs. A text that is
 * {@code ${NAME:int}} or {@code ${NAME:bool}} as a whole becomes a number or a truth value. Names of fields hold no variables, and are not escaped.
 *
 * <p>In a model that does not say so, no dollar sign means anything.
 */
public final class ObjectVariables {
    /** The field of the model that says it. */
    public static final String FIELD = "variables";

    private static final List<String> SECTIONS = List.of("objects", "hooks");
    private static final Pattern DOLLAR =
            Pattern.compile("\\$(?:(\\$)|\\{([A-Za-z_][A-Za-z0-9_]*)(?::(int|bool))?\\})?");
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,18}");

    /** Twice the largest model: values that are put in many times shall not fill the memory. */
    private static final long MAX_CHARS = 2 * Limits.OBJECTS_BYTES;

    private ObjectVariables() {}

    /** Whether the model is escaped. */
    public static boolean isAsked(Json.Obj model) {
        return model.boolOr(FIELD, false);
    }

    /** The same model, marked as escaped. */
    public static Json.Obj marked(Json.Obj escaped) {
        SequencedMap<String, Json> fields = new LinkedHashMap<>(escaped.fields());
        fields.put(FIELD, Json.of(true));
        return new Json.Obj(fields);
    }

    /** A text in which every dollar sign is one. */
    public static String escape(String text) {
        return text.replace("$", "$$");
    }

    /**
     * The model as it is carried out, without the mark; one that is not escaped as it is.
     *
     * @throws SiteVariableException if a variable has no value or none of its type, a dollar sign stands alone, or too much comes of it
     */
    public static Json.Obj substitute(Json.Obj model, Map<String, String> values) {
        if (!isAsked(model)) {
            return model;
        }
        Filling filling = new Filling(values);
        SequencedMap<String, Json> fields = new LinkedHashMap<>(model.fields());
        fields.remove(FIELD);
        for (String section : SECTIONS) {
            fields.computeIfPresent(section, (_, objects) -> filling.of(objects));
        }
        return new Json.Obj(fields);
    }

    /** The names that an escaped model holds. @throws SiteVariableException if a dollar sign stands alone */
    public static SortedSet<String> names(Json.Obj model) {
        SortedSet<String> names = new TreeSet<>();
        if (isAsked(model)) {
            SECTIONS.forEach(section -> model.find(section).ifPresent(objects -> collect(objects, names)));
        }
        return names;
    }

    private static void collect(Json value, SortedSet<String> names) {
        switch (value) {
            case Json.Str(String text) -> {
                Matcher matcher = DOLLAR.matcher(text);
                while (matcher.find()) {
                    if (matcher.group(2) != null) {
                        names.add(matcher.group(2));
                    } else if (matcher.group(1) == null) {
                        throw lone(text);
                    }
                }
            }
            case Json.Arr(List<Json> items) -> items.forEach(item -> collect(item, names));
            case Json.Obj(var fields) -> fields.values().forEach(field -> collect(field, names));
            case Json.Int _, Json.Dec _, Json.Bool _, Json.Null _ -> {}
        }
    }

    /**
     * The value that {@code ${NAME:TYPE}} means.
     *
     * @param type {@code int} or {@code bool}
     * @throws SiteVariableException naming the variable; never the value
     */
    public static Json typed(String name, String type, String value) {
        if (type.equals("bool") && (value.equals("true") || value.equals("false"))) {
            return Json.of(value.equals("true"));
        }
        if (type.equals("int") && WHOLE_NUMBER.matcher(value).matches()) {
            return Json.of(new BigDecimal(value).longValueExact());
        }
        throw new SiteVariableException(name + ": the value is no " + type + " (expected: "
                + (type.equals("int") ? "a whole number of at most 18 digits" : "true or false") + ")");
    }

    private static SiteVariableException lone(String text) {
        return new SiteVariableException("text: \"" + (text.length() > 100 ? text.substring(0, 100) + "…" : text)
                + "\" holds a lone $ (expected: $$ or ${NAME})");
    }

    /** One pass over a model. */
    private static final class Filling {
        private final Map<String, String> values;
        private long chars;

        Filling(Map<String, String> values) {
            this.values = values;
        }

        Json of(Json value) {
            return switch (value) {
                case Json.Str(String text) -> text(text);
                case Json.Arr(List<Json> items) -> {
                    List<Json> filled = new ArrayList<>(items.size());
                    items.forEach(item -> filled.add(of(item)));
                    yield new Json.Arr(filled);
                }
                case Json.Obj(var fields) -> {
                    SequencedMap<String, Json> filled = new LinkedHashMap<>();
                    fields.forEach((key, field) -> filled.put(key, of(field)));
                    yield new Json.Obj(filled);
                }
                case Json.Int _, Json.Dec _, Json.Bool _, Json.Null _ -> value;
            };
        }

        private Json text(String text) {
            if (text.indexOf('$') < 0) {
                return new Json.Str(text);
            }
            StringBuilder filled = new StringBuilder();
            Matcher matcher = DOLLAR.matcher(text);
            while (matcher.find()) {
                String name = matcher.group(2);
                String type = matcher.group(3);
                if (type != null && matcher.end() - matcher.start() == text.length()) {
                    return typed(name, type, value(name));
                }
                if (type != null || (name == null && matcher.group(1) == null)) {
                    throw lone(text);
                }
                matcher.appendReplacement(filled, "");
                filled.append(name == null ? "$" : value(name));
                require(chars + filled.length());
            }
            matcher.appendTail(filled);
            chars += filled.length();
            return new Json.Str(filled.toString());
        }

        private static void require(long chars) {
            if (chars > MAX_CHARS) {
                throw new SiteVariableException(
                        "objects: too long with their variables (expected: at most " + MAX_CHARS + " characters)");
            }
        }

        private String value(String name) {
            String value = values.get(name);
            if (value == null) {
                throw new SiteVariableException(
                        name + ": no value (expected: one for each site variable of the stack)");
            }
            return value;
        }
    }
}
