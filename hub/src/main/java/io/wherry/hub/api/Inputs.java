package io.wherry.hub.api;

import io.wherry.base.Suggest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Holds a request against what its route takes. A mistyped {@code ?dryrun} must not become a real apply, so what is not known is an error. */
final class Inputs {
    private static final List<Field> RECEIPT =
            List.of(Field.text("agent").must(), Field.text("envelope").must());

    private static final List<Field> FILE =
            List.of(Field.text("name").must(), Field.text("content").must());

    private Inputs() {}

    /** @throws ApiException if a parameter is unknown, repeated, missing, or has not its form */
    static Map<String, String> query(Map<String, List<String>> given, List<Field> known) {
        Map<String, String> query = new LinkedHashMap<>();
        given.forEach((name, values) -> {
            Field field = find("parameter", name, known);
            if (values.size() > 1) {
                throw Bodies.bad(name + ": given " + values.size() + " times (expected: once)");
            }
            String value = values.isEmpty() ? "" : values.getFirst();
            if (!value.isEmpty()) { // as good as absent
                checkText(field, value);
                query.put(name, value);
            }
        });
        known.stream()
                .filter(field -> field.required() && !query.containsKey(field.name()))
                .forEach(Inputs::missing);
        return query;
    }

    private static void checkText(Field field, String value) {
        boolean good =
                switch (field.form()) {
                    case TEXT -> true;
                    case FLAG -> value.equals("true") || value.equals("false");
                    case NUMBER -> value.matches("\\d{1,18}");
                    case TEXTS, FILES, NAMES, RECEIPTS ->
                        throw new IllegalStateException("form: " + field.form() + " (expected: not in a query)");
                };
        if (!good) {
            throw wrong(field, value);
        }
    }

    /**
     * Reads a body; an empty one is an empty object.
     *
     * @throws ApiException if it is not JSON, or a field is unknown, missing, or has not its form
     */
    static Json.Obj body(byte[] bytes, List<Field> known) {
        Json.Obj body;
        try {
            body = bytes.length == 0 ? Json.object().build() : JsonReader.object(bytes);
        } catch (JsonException e) {
            throw Bodies.bad("the body is not the JSON expected: " + e.getMessage());
        }
        check(body, known);
        return withoutNulls(body);
    }

    private static Json.Obj withoutNulls(Json.Obj body) {
        Json.Builder some = Json.object();
        body.fields().forEach((name, value) -> {
            if (!(value instanceof Json.Null)) {
                some.put(name, value);
            }
        });
        return some.build();
    }

    private static void check(Json.Obj body, List<Field> known) {
        body.fields().forEach((name, value) -> {
            Field field = find("field", name, known);
            if (!(value instanceof Json.Null)) { // as good as absent
                checkJson(field, value);
            }
        });
        known.stream()
                .filter(field -> field.required()
                        && body.find(field.name())
                                .filter(value -> !(value instanceof Json.Null))
                                .isEmpty())
                .forEach(Inputs::missing);
    }

    private static void checkJson(Field field, Json value) {
        boolean good =
                switch (field.form()) {
                    case TEXT -> value instanceof Json.Str;
                    case FLAG -> value instanceof Json.Bool;
                    case NUMBER -> value instanceof Json.Int;
                    case TEXTS ->
                        value instanceof Json.Obj object
                                && object.fields().values().stream().allMatch(Json.Str.class::isInstance);
                    case NAMES ->
                        value instanceof Json.Arr(List<Json> items)
                                && items.stream().allMatch(Json.Str.class::isInstance);
                    case FILES, RECEIPTS ->
                        value instanceof Json.Arr(List<Json> items)
                                && items.stream().allMatch(Json.Obj.class::isInstance);
                };
        if (!good) {
            throw wrong(field, "");
        }
        if (field.form() == Field.Form.FILES && value instanceof Json.Arr(List<Json> items)) {
            items.forEach(item -> check((Json.Obj) item, FILE));
        }
        if (field.form() == Field.Form.RECEIPTS && value instanceof Json.Arr(List<Json> items)) {
            items.forEach(item -> check((Json.Obj) item, RECEIPT));
        }
    }

    private static Field find(String what, String name, List<Field> known) {
        Optional<Field> field =
                known.stream().filter(one -> one.name().equals(name)).findFirst();
        return field.orElseThrow(() -> {
            List<String> names = known.stream().map(Field::name).toList();
            return Bodies.bad("unknown " + what + ": " + name + Suggest.hint(name, names)
                    + (names.isEmpty() ? " (expected: none)" : " (expected: " + String.join(", ", names) + ")"));
        });
    }

    private static void missing(Field field) {
        throw Bodies.bad(field.name() + ": missing (expected: " + field.form().words() + ")");
    }

    private static ApiException wrong(Field field, String value) {
        return Bodies.bad(field.name() + ": " + (value.isEmpty() ? "wrong" : value) + " (expected: "
                + field.form().words() + ")");
    }
}
