package io.wherry.agent.runtime.swarm;

import io.wherry.agent.runtime.docker.Differences;
import io.wherry.contract.Difference;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Says field by field how a service differs from what is wanted. Values of environment variables never leave this class in the clear. */
final class SpecDifferences {
    /** Their order says what happens; that of all others does not. */
    private static final Set<String> ORDERED = Set.of("Command", "Args", "Test", "Preferences");

    /** Not of the model: somebody may force an update, and ids follow from names. */
    private static final Set<String> IGNORED = Set.of("ForceUpdate", "ConfigID", "SecretID", "Runtime");

    /** The engine's own words for "nothing said". */
    private static final Map<String, Json> DEFAULTS = Map.of("Isolation", Json.of("default"));

    /** Names as people know them from the model; the rest is called as the engine calls it. */
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("TaskTemplate.ContainerSpec.Image", "image"),
            Map.entry("TaskTemplate.ContainerSpec.Labels", "labels"),
            Map.entry("TaskTemplate.ContainerSpec.Command", "entrypoint"),
            Map.entry("TaskTemplate.ContainerSpec.Args", "command"),
            Map.entry("TaskTemplate.ContainerSpec.Mounts", "volumes"),
            Map.entry("TaskTemplate.ContainerSpec.Configs", "configs"),
            Map.entry("TaskTemplate.ContainerSpec.Secrets", "secrets"),
            Map.entry("TaskTemplate.ContainerSpec.Healthcheck", "healthcheck"),
            Map.entry("TaskTemplate.ContainerSpec.Hosts", "extra_hosts"),
            Map.entry("TaskTemplate.Resources", "deploy.resources"),
            Map.entry("TaskTemplate.RestartPolicy", "deploy.restart_policy"),
            Map.entry("TaskTemplate.Placement", "deploy.placement"),
            Map.entry("TaskTemplate.Networks", "networks"),
            Map.entry("TaskTemplate.LogDriver", "logging"),
            Map.entry("Mode.Replicated", "deploy.replicas"),
            Map.entry("Mode", "deploy.mode"),
            Map.entry("Labels", "deploy.labels"),
            Map.entry("UpdateConfig", "deploy.update_config"),
            Map.entry("RollbackConfig", "deploy.rollback_config"),
            Map.entry("EndpointSpec.Ports", "ports"),
            Map.entry("EndpointSpec", "deploy.endpoint_mode"));

    private static final String ENVIRONMENT = "TaskTemplate.ContainerSpec.Env";

    private final Differences values;
    private final Map<String, String> networkNames;

    /** @param hashKey under which values of variables are shown */
    SpecDifferences(byte[] hashKey, Map<String, String> networkNames) {
        this.values = new Differences(hashKey);
        this.networkNames = Map.copyOf(networkNames);
    }

    List<Difference> of(WantedService wanted, Json.Obj service) {
        List<Difference> differences = new ArrayList<>();
        Json want = plain("", wanted.spec()).orElse(Raw.NOTHING);
        Json have = plain("", service.object("Spec")).orElse(Raw.NOTHING);
        compare(wanted.object(), "", want, have, differences);
        return differences;
    }

    private void compare(String object, String path, Json want, Json have, List<Difference> differences) {
        if (want.equals(have)) {
            return;
        }
        if (path.equals(ENVIRONMENT)) {
            environment(object, want, have, differences);
            return;
        }
        if (!NAMES.containsKey(path) || path.equals("Mode") || path.equals("EndpointSpec")) {
            if (want instanceof Json.Obj(var wanted) && have instanceof Json.Obj(var found)) {
                Set<String> keys = new TreeSet<>(wanted.keySet());
                keys.addAll(found.keySet());
                for (String key : keys) {
                    compare(
                            object,
                            path.isEmpty() ? key : path + "." + key,
                            wanted.getOrDefault(key, new Json.Null()),
                            found.getOrDefault(key, new Json.Null()),
                            differences);
                }
                return;
            }
        }
        differences.add(new Difference(object, name(path), text(want), text(have)));
    }

    private static String name(String path) {
        String at = path;
        while (!at.isEmpty()) {
            String known = NAMES.get(at);
            if (known != null) {
                return known;
            }
            at = at.contains(".") ? at.substring(0, at.lastIndexOf('.')) : "";
        }
        return path.substring(path.lastIndexOf('.') + 1);
    }

    private static String text(Json value) {
        return Differences.brief(
                switch (value) {
                    case Json.Str(String text) -> text;
                    case Json.Null _ -> "none";
                    case Json.Int _, Json.Dec _, Json.Bool _, Json.Arr _, Json.Obj _ -> JsonWriter.compact(value);
                });
    }

    private void environment(String object, Json want, Json have, List<Difference> differences) {
        Map<String, String> wanted = variables(want);
        Map<String, String> found = variables(have);
        Set<String> names = new TreeSet<>(wanted.keySet());
        names.addAll(found.keySet());
        for (String name : names) {
            String one = wanted.containsKey(name) ? values.hash(wanted.getOrDefault(name, "")) : "none";
            String other = found.containsKey(name) ? values.hash(found.getOrDefault(name, "")) : "missing";
            if (!one.equals(other)) {
                differences.add(new Difference(object, "environment." + name, one, other));
            }
        }
    }

    private static Map<String, String> variables(Json list) {
        Map<String, String> variables = new TreeMap<>();
        if (list instanceof Json.Arr(List<Json> items)) {
            for (Json item : items) {
                String[] parts = (item instanceof Json.Str(String text) ? text : "").split("=", 2);
                variables.put(parts[0], parts.length > 1 ? parts[1] : "");
            }
        }
        return variables;
    }

    /** Without what says nothing, with names for ids, and lists in one order: then equal things are equal. */
    private Optional<Json> plain(String key, Json value) {
        return switch (value) {
            case Json.Null _ -> Optional.empty();
            case Json.Str(String text) -> text.isEmpty() ? Optional.empty() : Optional.of(value);
            case Json.Bool(boolean bool) -> bool ? Optional.of(value) : Optional.empty();
            case Json.Int(long number) -> number == 0 ? Optional.empty() : Optional.of(value);
            case Json.Dec(var number) ->
                number.signum() == 0
                        ? Optional.empty()
                        : Optional.of(Json.of(number.stripTrailingZeros().toPlainString()));
            case Json.Arr(List<Json> items) -> list(key, items);
            case Json.Obj(var fields) -> object(key, fields);
        };
    }

    private Optional<Json> list(String key, List<Json> items) {
        List<Json> plain = new ArrayList<>();
        items.forEach(item -> plain("", item).ifPresent(plain::add));
        if (!ORDERED.contains(key)) {
            plain.sort(Comparator.comparing(JsonWriter::compact));
        }
        return plain.isEmpty() ? Optional.empty() : Optional.of(Raw.array(plain));
    }

    private Optional<Json> object(String name, SequencedMap<String, Json> fields) {
        SequencedMap<String, Json> plain = new LinkedHashMap<>();
        new TreeMap<>(fields).forEach((key, value) -> {
            boolean ours = name.equals("Labels") && StackLabels.isOwn(key);
            if (ours || IGNORED.contains(key) || value.equals(DEFAULTS.get(key))) {
                return;
            }
            Json named = key.equals("Target") && value instanceof Json.Str(String id)
                    ? Json.of(networkNames.getOrDefault(id, id))
                    : value;
            plain(key, named).ifPresent(one -> plain.put(key, one));
        });
        return plain.isEmpty() ? Optional.empty() : Optional.of(new Json.Obj(plain));
    }
}
