package io.wherry.agent.runtime.kubernetes.drift;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Takes out of a value what may be a secret, before it becomes a text: the data of a Secret, values of environment variables, and the copy of the
 * whole object that {@code kubectl apply} keeps. What is left is a keyed hash: equal values give equal ones at this agent, and say nothing anywhere
 * else.
 */
final class Masked {
    private static final Set<String> SECRET_DATA = Set.of("data", "stringData");
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
    private static final String ENVIRONMENT = "env";

    /** Six bytes: enough to tell two values apart, as for the environment of containers. */
    private static final int SHOWN_HASH_BYTES = 6;

    private final boolean secret;
    private final byte[] hashKey;

    Masked(Json.Obj object, byte[] hashKey) {
        this.secret = object.findString("kind").orElse("").equals("Secret")
                && object.findString("apiVersion").orElse("").equals("v1");
        this.hashKey = hashKey;
    }

    /** @param path where in the object the value stands */
    Json value(List<PathElement> path, Json value) {
        if (secret
                && !path.isEmpty()
                && path.getFirst() instanceof PathElement.Field(String name)
                && SECRET_DATA.contains(name)) {
            return allOf(value);
        }
        if (path.isEmpty() || !(path.getLast() instanceof PathElement.Field(String last))) {
            boolean variable = path.size() > 1 && isField(path.get(path.size() - 2), ENVIRONMENT);
            return variable ? variable(value) : within(value, path.isEmpty());
        }
        if (last.equals(LAST_APPLIED) || (last.equals("value") && isVariable(path))) {
            return allOf(value);
        }
        return last.equals(ENVIRONMENT) ? variables(value) : within(value, false);
    }

    private static boolean isVariable(List<PathElement> path) {
        return path.size() > 2 && isField(path.get(path.size() - 3), ENVIRONMENT);
    }

    private static boolean isField(PathElement element, String name) {
        return element instanceof PathElement.Field(String field) && field.equals(name);
    }

    private Json within(Json value, boolean root) {
        return switch (value) {
            case Json.Arr(List<Json> items) ->
                new Json.Arr(items.stream().map(item -> within(item, false)).toList());
            case Json.Obj(SequencedMap<String, Json> fields) -> {
                SequencedMap<String, Json> masked = new LinkedHashMap<>();
                for (Map.Entry<String, Json> field : fields.entrySet()) {
                    masked.put(field.getKey(), field(field.getKey(), field.getValue(), root));
                }
                yield new Json.Obj(masked);
            }
            case Json.Str _, Json.Int _, Json.Dec _, Json.Bool _, Json.Null _ -> value;
        };
    }

    private Json field(String name, Json value, boolean root) {
        if (name.equals(LAST_APPLIED) || (root && secret && SECRET_DATA.contains(name))) {
            return allOf(value);
        }
        return name.equals(ENVIRONMENT) ? variables(value) : within(value, false);
    }

    private Json variables(Json list) {
        return list instanceof Json.Arr(List<Json> items)
                ? new Json.Arr(items.stream().map(this::variable).toList())
                : allOf(list); // not the list that pods have: say nothing of it
    }

    private Json variable(Json variable) {
        if (!(variable instanceof Json.Obj(SequencedMap<String, Json> fields))) {
            return allOf(variable);
        }
        SequencedMap<String, Json> masked = new LinkedHashMap<>(fields);
        masked.computeIfPresent("value", (_, value) -> allOf(value));
        return new Json.Obj(masked);
    }

    /** Names stay, values go. */
    private Json allOf(Json value) {
        return switch (value) {
            case Json.Obj(SequencedMap<String, Json> fields) -> {
                SequencedMap<String, Json> masked = new LinkedHashMap<>();
                fields.forEach((name, inner) -> masked.put(name, allOf(inner)));
                yield new Json.Obj(masked);
            }
            case Json.Str(String text) -> Json.of(hash(text));
            case Json.Arr _, Json.Int _, Json.Dec _, Json.Bool _, Json.Null _ ->
                Json.of(hash(JsonWriter.compact(value)));
        };
    }

    private String hash(String value) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(hashKey, "HmacSHA256"));
            return "hmac:" + HexFormat.of().formatHex(mac.doFinal(value.getBytes(UTF_8)), 0, SHOWN_HASH_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256: not available (expected: every JDK has it)", e);
        }
    }
}
