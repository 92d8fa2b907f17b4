package io.wherry.agent.runtime.docker;

import io.wherry.contract.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A service of the model.
 *
 * @param raw          its attributes, all of them known
 * @param networks     by key in the model, with what is asked for there; empty with a {@code network_mode}
 * @param dependencies by service, those of {@code network_mode: service:x} included
 * @param replicas     how many containers
 */
record ComposeService(
        String name,
        Json.Obj raw,
        SortedMap<String, Json.Obj> networks,
        SortedMap<String, Dependency> dependencies,
        int replicas) {

    /** What must hold of another service before this one starts. */
    enum Condition {
        STARTED,
        HEALTHY,
        COMPLETED
    }

    /**
     * @param required false: go on without it where it does not exist or fails
     * @param restart  true: this service starts anew when that one does
     */
    record Dependency(Condition condition, boolean required, boolean restart) {
        /** As Compose writes it into its label. */
        String label(String service) {
            String word =
                    switch (condition) {
                        case STARTED -> "service_started";
                        case HEALTHY -> "service_healthy";
                        case COMPLETED -> "service_completed_successfully";
                    };
            return service + ":" + word + ":" + restart;
        }
    }

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,128}");

    static ComposeService parse(String name, Json.Obj raw) {
        String path = "services." + name;
        if (!NAME.matcher(name).matches()) {
            throw ModelException.invalid(
                    path + ": not a service name (expected: letters, digits, dot, dash, underscore)");
        }
        if (raw.findString("image").isEmpty()) {
            throw ModelException.invalid(path + ".image: missing (expected: an image; the agent builds none)");
        }
        raw.findObject("deploy").ifPresent(deploy -> checkDeploy(path + ".deploy", deploy));
        SortedMap<String, Dependency> dependencies = dependencies(path, raw);
        Sharing.of(raw)
                .services()
                .forEach(other -> dependencies.putIfAbsent(other, new Dependency(Condition.STARTED, true, true)));
        links(raw)
                .forEach(link ->
                        dependencies.putIfAbsent(link.split(":", 2)[0], new Dependency(Condition.STARTED, true, true)));
        int replicas = replicas(path, raw);
        if (raw.findString("container_name").isPresent() && replicas > 1) {
            throw ModelException.invalid(path + ".container_name: set with " + replicas
                    + " replicas (expected: at most 1, because a name can be had once)");
        }
        return new ComposeService(name, raw, networks(path, raw), dependencies, replicas);
    }

    private static void checkDeploy(String path, Json.Obj deploy) {
        KnownFields.check(path, deploy, KnownFields.DEPLOY);
        nested(deploy, "placement").ifPresent(p -> KnownFields.check(path + ".placement", p, KnownFields.PLACEMENT));
        nested(deploy, "restart_policy")
                .ifPresent(p -> KnownFields.check(path + ".restart_policy", p, KnownFields.RESTART_POLICY));
        nested(deploy, "rollback_config")
                .ifPresent(r -> KnownFields.check(path + ".rollback_config", r, KnownFields.UPDATE_CONFIG));
        nested(deploy, "update_config").ifPresent(u -> {
            KnownFields.check(path + ".update_config", u, KnownFields.UPDATE_CONFIG);
            u.findString("order")
                    .filter(order -> !List.of("stop-first", "start-first").contains(order))
                    .ifPresent(order -> {
                        throw ModelException.unsupported(path + ".update_config.order", order);
                    });
        });
        nested(deploy, "resources").ifPresent(resources -> {
            KnownFields.check(path + ".resources", resources, KnownFields.RESOURCES);
            nested(resources, "limits")
                    .ifPresent(l -> KnownFields.check(path + ".resources.limits", l, KnownFields.LIMITS));
            nested(resources, "reservations")
                    .ifPresent(r -> KnownFields.check(path + ".resources.reservations", r, KnownFields.RESERVATIONS));
        });
    }

    /** An object that is there and not null. */
    static Optional<Json.Obj> nested(Json.Obj object, String key) {
        return object.find(key).filter(v -> !(v instanceof Json.Null)).map(v -> object.object(key));
    }

    private static SortedMap<String, Json.Obj> networks(String path, Json.Obj raw) {
        SortedMap<String, Json.Obj> networks = new TreeMap<>();
        if (raw.findString("network_mode").isPresent()) {
            return networks;
        }
        nested(raw, "networks").ifPresent(all -> all.fields().forEach((key, value) -> {
            Json.Obj endpoint = nested(all, key).orElse(Json.object().build());
            KnownFields.check(path + ".networks." + key, endpoint, KnownFields.ENDPOINT);
            networks.put(key, endpoint);
        }));
        if (networks.isEmpty()) {
            networks.put(ComposeModel.DEFAULT_NETWORK, Json.object().build());
        }
        return networks;
    }

    private static SortedMap<String, Dependency> dependencies(String path, Json.Obj raw) {
        SortedMap<String, Dependency> dependencies = new TreeMap<>();
        nested(raw, "depends_on").ifPresent(all -> all.fields().keySet().forEach(other -> {
            Json.Obj one = all.object(other);
            KnownFields.check(path + ".depends_on." + other, one, KnownFields.DEPENDENCY);
            Condition condition =
                    switch (one.findString("condition").orElse("service_started")) {
                        case "service_started" -> Condition.STARTED;
                        case "service_healthy" -> Condition.HEALTHY;
                        case "service_completed_successfully" -> Condition.COMPLETED;
                        default ->
                            throw ModelException.unsupported(
                                    path + ".depends_on." + other + ".condition", one.string("condition"));
                    };
            dependencies.put(
                    other, new Dependency(condition, one.boolOr("required", true), one.boolOr("restart", false)));
        }));
        return dependencies;
    }

    private static int replicas(String path, Json.Obj raw) {
        long replicas = nested(raw, "deploy")
                .flatMap(d -> d.find("replicas"))
                .or(() -> raw.find("scale"))
                .map(r -> Units.whole(path + ".scale", r))
                .orElse(1L);
        if (replicas < 0 || replicas > ComposeModel.MAX_CONTAINERS) {
            throw ModelException.invalid(
                    path + ": " + replicas + " replicas (expected: 0 to " + ComposeModel.MAX_CONTAINERS + ")");
        }
        return (int) replicas;
    }

    /** The engine's name of one of its containers. */
    String containerName(String project, int number) {
        return raw.findString("container_name").orElse(Names.container(project, name, number));
    }

    /** {@code SERVICE[:ALIAS]}, of this stack. */
    List<String> links() {
        return links(raw);
    }

    private static List<String> links(Json.Obj raw) {
        return raw.strings("links");
    }

    Sharing sharing() {
        return Sharing.of(raw);
    }

    /** Keys of the named volumes it mounts. */
    Set<String> volumeNames() {
        Set<String> names = new TreeSet<>();
        for (Json.Obj mount : raw.objects("volumes")) {
            if (mount.string("type").equals("volume")) {
                mount.findString("source").filter(s -> !s.isEmpty()).ifPresent(names::add);
            }
        }
        return names;
    }

    /** Images that are mounted, by reference. */
    Set<String> mountedImages() {
        Set<String> images = new TreeSet<>();
        for (Json.Obj mount : raw.objects("volumes")) {
            if (mount.string("type").equals("image")) {
                images.add(mount.string("source"));
            }
        }
        return images;
    }

    /** Of its image: {@code linux/arm64}; empty: the engine's own. */
    String platform() {
        return raw.findString("platform").orElse("");
    }

    /** The same of another image, of the engine's own platform. */
    ComposeService ofImage(String reference) {
        SequencedMap<String, Json> fields = new LinkedHashMap<>(raw.fields());
        fields.put("image", Json.of(reference));
        fields.remove("platform");
        return new ComposeService(name, new Json.Obj(fields), networks, dependencies, replicas);
    }

    String image() {
        return raw.string("image");
    }

    String pullPolicy() {
        return raw.findString("pull_policy").orElse("missing");
    }

    /** The restart policy as one word: {@code no, always, unless-stopped, on-failure, on-failure:3}; the one below deploy wins. */
    String restart() {
        return declaredRestart().filter(r -> !r.isEmpty()).orElse("no");
    }

    /** The same; empty where nothing is said. */
    Optional<String> declaredRestart() {
        return nested(raw, "deploy")
                .flatMap(d -> nested(d, "restart_policy"))
                .map(ComposeService::deployRestart)
                .or(() -> raw.findString("restart"));
    }

    private static String deployRestart(Json.Obj policy) {
        String attempts = policy.find("max_attempts")
                .map(n -> Units.whole("max_attempts", n))
                .filter(n -> n > 0)
                .map(n -> ":" + n)
                .orElse("");
        String condition = policy.findString("condition").orElse("");
        return switch (condition) {
            case "none", "no" -> "no" + attempts;
            case "on-failure" -> "on-failure" + attempts;
            case "any", "always" -> "always" + attempts;
            case "unless-stopped" -> condition + attempts;
            case "" -> "";
            default -> throw ModelException.invalid("restart_policy.condition: " + condition);
        };
    }

    /** Whether ending with 0 is what it should do. */
    boolean mayComplete() {
        return mayComplete(restart());
    }

    /** Whether ending well is what a container with this restart policy is for. */
    static boolean mayComplete(String restart) {
        return restart.equals("no") || restart.startsWith("on-failure");
    }

    List<String> command() {
        return raw.find("command").filter(c -> !(c instanceof Json.Null)).isPresent()
                ? raw.strings("command")
                : List.of();
    }
}
