package io.wherry.agent.runtime.docker;

import static io.wherry.agent.runtime.docker.ComposeService.nested;

import io.wherry.contract.json.Json;
import java.util.Set;
import java.util.TreeSet;

/**
 * What Podman's service for the Docker API carries out of a model, as PodmanIT has seen it (docs/reference/podman.md). The service reads over what it does
 * not know without a word, so that everything else is refused by name.
 */
final class Podman {
    private static final String NOT_TRIED =
            "not carried out on Podman, whose Docker API reads over much without a word; remove it, or run Docker"
                    + " there";

    private static final Set<String> SERVICE = Set.of(
            "cap_add",
            "cap_drop",
            "command",
            "configs",
            "container_name",
            "depends_on",
            "deploy",
            "entrypoint",
            "environment",
            "expose",
            "healthcheck",
            "hostname",
            "image",
            "labels",
            "mem_limit",
            "networks",
            "ports",
            "profiles",
            "pull_policy",
            "read_only",
            "restart",
            "scale",
            "secrets",
            "stop_grace_period",
            "stop_signal",
            "tmpfs",
            "user",
            "volumes",
            "working_dir");

    private static final Set<String> DEPLOY = Set.of("mode", "replicas");
    private static final Set<String> ENDPOINT = Set.of("aliases");
    private static final Set<String> MOUNT = Set.of("type", "source", "target", "read_only", "bind", "volume");
    private static final Set<String> MOUNTS = Set.of("bind", "volume");
    private static final Set<String> BIND = Set.of("create_host_path");
    private static final Set<String> NETWORK = Set.of("name", "internal", "labels", "external", "ipam");
    private static final Set<String> VOLUME = Set.of("name", "labels", "external");

    private Podman() {}

    /** @throws ModelException naming the first thing that is not carried out there */
    static void check(Wanted wanted) {
        if (wanted.deployment().adopt()) {
            throw ModelException.unsupported("compose.adopt", NOT_TRIED);
        }
        wanted.model().services().values().forEach(Podman::service);
        wanted.model().networks().forEach((name, network) -> only("networks." + name, network, NETWORK));
        wanted.model().volumes().forEach((name, volume) -> only("volumes." + name, volume, VOLUME));
    }

    private static void service(ComposeService service) {
        String path = "services." + service.name();
        only(path, service.raw(), SERVICE);
        nested(service.raw(), "deploy").ifPresent(deploy -> only(path + ".deploy", deploy, DEPLOY));
        service.networks().forEach((name, endpoint) -> only(path + ".networks." + name, endpoint, ENDPOINT));
        for (Json.Obj mount : service.raw().objects("volumes")) {
            only(path + ".volumes", mount, MOUNT);
            if (!MOUNTS.contains(mount.string("type"))) {
                throw ModelException.unsupported(path + ".volumes.type: " + mount.string("type"), NOT_TRIED);
            }
            nested(mount, "bind").ifPresent(bind -> only(path + ".volumes.bind", bind, BIND));
            nested(mount, "volume").ifPresent(volume -> only(path + ".volumes.volume", volume, Set.of()));
        }
        if (service.restart().equals("always")) {
            // No call changes a policy, and at boot Podman starts all that say so: what was set aside beside what
            // replaces it.
            throw ModelException.unsupported(
                    path + ".restart: always",
                    "Podman would start what is being replaced beside what replaces it after a power cut; write"
                            + " unless-stopped: the agent starts it at boot");
        }
    }

    private static void only(String path, Json.Obj object, Set<String> known) {
        for (String key : new TreeSet<>(object.fields().keySet())) {
            boolean empty =
                    switch (object.find(key).orElse(new Json.Null())) {
                        case Json.Null _ -> true;
                        case Json.Obj fields -> fields.fields().isEmpty();
                        case Json.Arr list -> list.items().isEmpty();
                        case Json.Str _, Json.Int _, Json.Dec _, Json.Bool _ -> false;
                    };
            if (!known.contains(key) && !key.startsWith("x-") && !empty) {
                throw ModelException.unsupported(path + "." + key, NOT_TRIED);
            }
        }
    }
}
