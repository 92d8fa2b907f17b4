package io.wherry.contract;

import io.wherry.contract.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which services of a Compose model ask for {@code deploy.update_config.order: start-first}, and which of them can have it: only where two containers
 * of one service may run at the same time. Pure; the hub warns by it and the agent goes by it (docs/explanation/zero-harm.md).
 */
public final class StartFirst {
    private static final String HOST = "host";
    private static final List<String> NAMESPACES = List.of("network_mode", "pid", "ipc", "uts", "cgroup");
    /** Attributes that name something which two containers cannot have at once, and how to say so. */
    private static final Map<String, String> SINGLE = new TreeMap<>(Map.of(
            "container_name", "has a container_name",
            "mac_address", "has a mac_address",
            "devices", "uses devices of the host",
            "gpus", "uses gpus",
            "device_cgroup_rules", "uses devices of the host",
            "volumes_from", "mounts the volumes of another container"));

    private StartFirst() {}

    /** Whether the service says so. */
    public static boolean isAsked(Json.Obj service) {
        return object(object(service, "deploy"), "update_config")
                .find("order")
                .filter(Json.of("start-first")::equals)
                .isPresent();
    }

    /**
     * What two containers of the service would share that they must not, as the end of a sentence that begins with "it"; empty if nothing.
     *
     * @param model in the shape of {@code docker compose config --format json}
     */
    public static Optional<String> obstacle(Json.Obj model, String name) {
        Json.Obj service = object(object(model, "services"), name);
        return single(service)
                .or(() -> namespace(service))
                .or(() -> writable(service))
                .or(() -> published(service))
                .or(() -> addressed(service))
                .or(() -> sharedBy(object(model, "services"), name));
    }

    private static Optional<String> single(Json.Obj service) {
        if (service.boolOr("privileged", false)) {
            return Optional.of("is privileged");
        }
        if (!objects(object(object(object(service, "deploy"), "resources"), "reservations"), "devices")
                .isEmpty()) {
            return Optional.of("reserves devices");
        }
        return SINGLE.entrySet().stream()
                .filter(one -> isFilled(service, one.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static boolean isFilled(Json.Obj object, String key) {
        return switch (object.find(key).orElse(new Json.Null())) {
            case Json.Null _ -> false;
            case Json.Str(String text) -> !text.isEmpty();
            case Json.Arr(List<Json> items) -> !items.isEmpty();
            case Json.Obj fields -> !fields.fields().isEmpty();
            case Json.Int _, Json.Dec _, Json.Bool _ -> true;
        };
    }

    /** The host's, or another container's: there two would meet. */
    private static Optional<String> namespace(Json.Obj service) {
        for (String key : NAMESPACES) {
            String mode = text(service, key);
            if (mode.equals(HOST) || mode.startsWith("service:") || mode.startsWith("container:")) {
                return Optional.of("has " + key + " " + mode);
            }
        }
        return object(service, "networks").fields().containsKey(HOST)
                ? Optional.of("is on the network host")
                : Optional.empty();
    }

    private static Optional<String> writable(Json.Obj service) {
        return objects(service, "volumes").stream()
                .filter(mount -> List.of("bind", "volume", "npipe", "cluster").contains(text(mount, "type")))
                .filter(mount -> !mount.boolOr("read_only", false))
                .findFirst()
                .map(mount -> "may write to what is mounted at " + text(mount, "target"));
    }

    /** A port that the engine chooses is another one for each container. */
    private static Optional<String> published(Json.Obj service) {
        return objects(service, "ports").stream()
                .map(port -> port.find("published").map(StartFirst::word).orElse(""))
                .filter(published -> published.matches("[0-9]+") && !published.matches("0+"))
                .findFirst()
                .map(published -> "publishes port " + published);
    }

    private static String word(Json value) {
        return switch (value) {
            case Json.Str(String text) -> text;
            case Json.Int(long number) -> Long.toString(number);
            case Json.Null _, Json.Bool _, Json.Dec _, Json.Arr _, Json.Obj _ -> "";
        };
    }

    private static Optional<String> addressed(Json.Obj service) {
        Json.Obj networks = object(service, "networks");
        for (String network : networks.fields().keySet()) {
            Json.Obj endpoint = object(networks, network);
            for (String key : List.of("ipv4_address", "ipv6_address", "link_local_ips", "mac_address")) {
                if (isFilled(endpoint, key)) {
                    return Optional.of("has a fixed " + key + " on network " + network);
                }
            }
        }
        return Optional.empty();
    }

    /** What is in its namespaces, or mounts its volumes, belongs to one container of it. */
    private static Optional<String> sharedBy(Json.Obj services, String name) {
        for (Map.Entry<String, Json> other : services.fields().entrySet()) {
            if (!(other.getValue() instanceof Json.Obj service)) {
                continue;
            }
            boolean shares = NAMESPACES.stream()
                            .anyMatch(key -> text(service, key).equals("service:" + name))
                    || texts(service, "volumes_from").stream().anyMatch(from -> from.split(":", 2)[0].equals(name));
            if (shares) {
                return Optional.of("shares what it has with service " + other.getKey());
            }
        }
        return Optional.empty();
    }

    private static String text(Json.Obj object, String key) {
        return object.find(key).map(StartFirst::word).orElse("");
    }

    private static Json.Obj object(Json.Obj object, String key) {
        return object.find(key).orElse(new Json.Null()) instanceof Json.Obj inner
                ? inner
                : Json.object().build();
    }

    private static List<Json.Obj> objects(Json.Obj object, String key) {
        return object.find(key).orElse(new Json.Null()) instanceof Json.Arr(List<Json> items)
                ? items.stream()
                        .filter(Json.Obj.class::isInstance)
                        .map(Json.Obj.class::cast)
                        .toList()
                : List.of();
    }

    private static List<String> texts(Json.Obj object, String key) {
        return object.find(key).orElse(new Json.Null()) instanceof Json.Arr(List<Json> items)
                ? items.stream().map(StartFirst::word).toList()
                : List.of();
    }
}
