package io.wherry.e2e.docker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * A service of a made-up project. Attributes that name something else of the project are kept apart, so that they can follow when that is renamed or goes.
 *
 * @param plain  attribute to its value as YAML of one line
 * @param mounts those of {@code volumes} that name nothing else of the project
 * @param uses   {@code depends_on}, {@code networks}, {@code volumes}, {@code configs} or {@code secrets} to what is used, and how
 * @param shares {@code ipc}, {@code pid}, {@code network_mode}, {@code volumes_from} or {@code links} to the service that it is of
 */
record SomeService(
        NavigableMap<String, String> plain,
        List<String> mounts,
        NavigableMap<String, NavigableMap<String, String>> uses,
        NavigableMap<String, String> shares) {

    /** Of what is shared, what is written as a list of services. */
    private static final Set<String> LISTS = Set.of("links", "volumes_from");

    SomeService() {
        this(new TreeMap<>(), new ArrayList<>(), new TreeMap<>(), new TreeMap<>());
        used("volumes");
    }

    SomeService copy() {
        NavigableMap<String, NavigableMap<String, String>> copied = new TreeMap<>();
        uses.forEach((kind, used) -> copied.put(kind, new TreeMap<>(used)));
        return new SomeService(new TreeMap<>(plain), new ArrayList<>(mounts), copied, new TreeMap<>(shares));
    }

    String get(String attribute) {
        return plain.getOrDefault(attribute, "");
    }

    void remove(String... attributes) {
        List.of(attributes).forEach(plain::remove);
    }

    NavigableMap<String, String> used(String kind) {
        return uses.computeIfAbsent(kind, _ -> new TreeMap<>());
    }

    void use(String kind, String what, String how) {
        used(kind).put(what, how);
    }

    /** One whose command ends by itself. */
    boolean isJob() {
        return get("command").equals(ProjectValues.JOB);
    }

    /** Whether there may be several of it. */
    boolean isScaled() {
        return plain.containsKey("scale") || get("deploy").contains("replicas");
    }

    boolean hasHealthCheck() {
        return get("healthcheck").contains("test");
    }

    /** The mode of its network, whoever says it. */
    String networkMode() {
        return shares.containsKey("network_mode") ? "service" : get("network_mode");
    }

    void renamed(String from, String to) {
        shares.replaceAll((_, service) -> service.equals(from) ? to : service);
        String how = used("depends_on").remove(from);
        if (how != null) {
            use("depends_on", to, how);
        }
    }

    /** Its attributes as YAML, without the name. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        plain.forEach((attribute, value) -> lines.add(attribute + ": " + value));
        shares.forEach((attribute, service) ->
                lines.add(attribute + ": " + (LISTS.contains(attribute) ? "[" + service + "]" : "service:" + service)));
        uses.forEach((kind, used) -> {
            boolean mapping = kind.equals("depends_on") || kind.equals("networks");
            List<String> items = new ArrayList<>(kind.equals("volumes") ? mounts : List.of());
            for (Map.Entry<String, String> one : used.entrySet()) {
                items.add(mapping ? one.getKey() + ": " + one.getValue() : item(kind, one.getKey(), one.getValue()));
            }
            String all = String.join(", ", items);
            if (!items.isEmpty()) {
                lines.add(kind + ": " + (mapping ? "{" + all + "}" : "[" + all + "]"));
            }
        });
        return lines;
    }

    private static String item(String kind, String name, String how) {
        String where =
                kind.equals("volumes") ? "type: volume, source: " + name + ", target: /of-" + name : "source: " + name;
        return "{" + where + (how.isEmpty() ? "" : ", " + how) + "}";
    }
}
