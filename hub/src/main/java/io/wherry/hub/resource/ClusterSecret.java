package io.wherry.hub.resource;

import io.wherry.contract.Limits;
import io.wherry.contract.json.Json;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A Secret that a stack for clusters has made at its sites, of the hub's credentials: one of {@code secretRefs}.
 *
 * @param name      of the Secret
 * @param namespace where it stands; empty: the stack's own
 * @param type      of the Secret, {@link #OPAQUE} unless given
 * @param data      its keys, and the credential that each has its value of
 * @param restart   whether pods that use it are made anew when a value changes
 */
public record ClusterSecret(
        String name, Optional<String> namespace, String type, SortedMap<String, String> data, boolean restart) {
    public static final String OPAQUE = "Opaque";

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._-]{1,253}");
    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9./_-]{1,253}");

    /** What the cluster wants to find in a Secret of a type, or refuses it. */
    private static final Map<String, List<String>> KEYS = Map.of(
            "kubernetes.io/tls", List.of("tls.crt", "tls.key"),
            "kubernetes.io/dockerconfigjson", List.of(".dockerconfigjson"),
            "kubernetes.io/ssh-auth", List.of("ssh-privatekey"));

    /** @throws IllegalArgumentException naming the field */
    public ClusterSecret {
        Names.require(
                NAME.matcher(name).matches(), "name", name, "1 to 253 of a-z, 0-9, . and -, none of . and - at an end");
        namespace.ifPresent(space -> KubernetesSpec.requireNamespace(space));
        Names.require(TYPE.matcher(type).matches(), "type", type, "a type such as Opaque or kubernetes.io/tls");
        data = Collections.unmodifiableSortedMap(new TreeMap<>(data));
        Names.require(!data.isEmpty(), "data", "nothing", "KEY: CREDENTIAL for each key");
        Names.require(
                data.size() <= Limits.SEALED_SECRETS,
                "data",
                data.size() + " keys",
                "at most " + Limits.SEALED_SECRETS);
        data.forEach((key, credential) -> {
            Names.require(KEY.matcher(key).matches(), "data", key, "keys of A-Z, a-z, 0-9, ., _ and -");
            Names.requireName("data." + key, credential);
        });
        for (String key : KEYS.getOrDefault(type, List.of())) {
            Names.require(data.containsKey(key), "data", String.join(", ", data.keySet()), key + ", for type " + type);
        }
    }

    /** As a model has it: with its namespace. */
    public Json.Obj toModel(String ofStack) {
        return new ClusterSecret(name, Optional.of(namespace.orElse(ofStack)), type, data, restart).toJson();
    }

    /** As a stack has it. */
    Json.Obj toJson() {
        Json.Builder json = Json.object()
                .put("name", name)
                .putIf("namespace", namespace)
                .put("type", type)
                .put("data", data);
        if (restart) {
            json.put("restart", true);
        }
        return json.build();
    }
}
