package io.wherry.agent.runtime.docker;

import static io.wherry.agent.runtime.docker.ComposeService.nested;

import io.wherry.agent.runtime.Deployment;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/** How a container runs on its host: the create call's {@code HostConfig}. */
final class HostSection {
    private HostSection() {}

    static Json.Obj of(
            Deployment.Identity identity,
            ComposeModel model,
            ComposeService service,
            PublishedPorts ports,
            SequencedMap<String, Json.Obj> endpoints,
            List<String> links) {
        Json.Obj raw = service.raw();
        String path = "services." + service.name();
        Json.Builder host = Json.object();
        Mounts mounts = Mounts.of(identity, model, service);
        host.put("Binds", mounts.binds());
        host.put("Mounts", new Json.Arr(List.copyOf(mounts.mounts())));
        host.put("Tmpfs", mounts.tmpfs());
        host.put("PortBindings", ports.bindingsJson());
        host.put("RestartPolicy", restartPolicy(service.declaredRestart().orElse("")));
        host.put("NetworkMode", networkMode(raw, endpoints));
        host.put("LogConfig", logging(path, raw));
        host.put("Privileged", raw.boolOr("privileged", false));
        host.put("ReadonlyRootfs", raw.boolOr("read_only", false));
        Capabilities.put(raw, host, "CapAdd", "CapDrop");
        texts(raw, host, "dns", "Dns");
        texts(raw, host, "dns_opt", "DnsOptions");
        texts(raw, host, "dns_search", "DnsSearch");
        texts(raw, host, "group_add", "GroupAdd");
        security(raw, host);
        host.put("ExtraHosts", extraHosts(raw));
        host.put("Ulimits", ulimits(path, raw));
        DeviceSection.put(path, raw, host);
        host.put("Sysctls", ContainerSpec.texts(raw, "sysctls"));
        host.put("Annotations", ContainerSpec.texts(raw, "annotations"));
        if (raw.find("init").isPresent()) {
            host.put("Init", raw.bool("init"));
        }
        word(raw, host, "ipc", "IpcMode");
        word(raw, host, "pid", "PidMode");
        word(raw, host, "uts", "UTSMode");
        word(raw, host, "userns_mode", "UsernsMode");
        word(raw, host, "runtime", "Runtime");
        word(raw, host, "cgroup_parent", "CgroupParent");
        word(raw, host, "cpuset", "CpusetCpus");
        word(raw, host, "cgroup", "CgroupnsMode");
        word(raw, host, "isolation", "Isolation");
        Limits.put(path, raw, host);
        if (!ContainerSpec.texts(raw, "storage_opt").isEmpty()) {
            host.put("StorageOpt", ContainerSpec.texts(raw, "storage_opt"));
        }
        if (!links.isEmpty()) {
            host.put("Links", links);
        }
        return host.build();
    }

    private static void texts(Json.Obj raw, Json.Builder host, String key, String field) {
        if (raw.find(key).isPresent()) {
            host.put(field, raw.array(key).stream().map(v -> Units.text(key, v)).toList());
        }
    }

    /** Compose and the docker command carry this one out themselves; the engine would refuse the word. */
    private static void security(Json.Obj raw, Json.Builder host) {
        List<String> options = new ArrayList<>(raw.strings("security_opt"));
        if (options.remove("systempaths=unconfined")) {
            host.put("MaskedPaths", new Json.Arr(List.of()));
            host.put("ReadonlyPaths", new Json.Arr(List.of()));
        }
        host.put("SecurityOpt", Json.Arr.ofStrings(options));
    }

    /** A word of the model; what names a service gets its container's id when the container is made. */
    private static void word(Json.Obj raw, Json.Builder host, String key, String field) {
        raw.findString(key).filter(word -> !word.startsWith("service:")).ifPresent(word -> host.put(field, word));
    }

    private static String networkMode(Json.Obj raw, SequencedMap<String, Json.Obj> endpoints) {
        return raw.findString("network_mode")
                .orElseGet(() ->
                        endpoints.isEmpty() ? "none" : endpoints.firstEntry().getKey());
    }

    /** From {@code no, always, unless-stopped, on-failure, on-failure:3}. */
    static Json.Obj restartPolicy(String restart) {
        int colon = restart.indexOf(':');
        String name = colon < 0 ? restart : restart.substring(0, colon);
        long retries = colon < 0 ? 0 : Units.whole("restart", Json.of(restart.substring(colon + 1)));
        if (!List.of("", "no", "always", "unless-stopped", "on-failure").contains(name)) {
            throw ModelException.invalid(
                    "restart: " + restart + " (expected: no, always, unless-stopped, on-failure or on-failure:N)");
        }
        return Json.object().put("Name", name).put("MaximumRetryCount", retries).build();
    }

    private static Json.Obj logging(String path, Json.Obj raw) {
        Optional<Json.Obj> logging = nested(raw, "logging");
        logging.ifPresent(l -> KnownFields.check(path + ".logging", l, KnownFields.LOGGING));
        return Json.object()
                .put("Type", logging.flatMap(l -> l.findString("driver")).orElse(""))
                .put(
                        "Config",
                        logging.map(l -> ContainerSpec.texts(l, "options")).orElse(Map.of()))
                .build();
    }

    /** {@code name=address} in the model, {@code name:address} for the engine. */
    private static List<String> extraHosts(Json.Obj raw) {
        return raw.strings("extra_hosts").stream()
                .map(h -> h.contains("=") ? h.replaceFirst("=", ":") : h)
                .toList();
    }

    private static Json.Arr ulimits(String path, Json.Obj raw) {
        List<Json> ulimits = new ArrayList<>();
        nested(raw, "ulimits").ifPresent(all -> all.fields().forEach((name, value) -> {
            Optional<Json.Obj> both = value instanceof Json.Obj o ? Optional.of(o) : Optional.empty();
            long soft = both.map(o -> o.integer("soft")).orElseGet(() -> Units.whole(path + ".ulimits." + name, value));
            long hard = both.map(o -> o.integer("hard")).orElse(soft);
            ulimits.add(Json.object()
                    .put("Name", name)
                    .put("Soft", soft)
                    .put("Hard", hard)
                    .build());
        }));
        return new Json.Arr(ulimits);
    }

    /** Puts in what is known only when the container is made. */
    static Json.Obj withShared(Json.Obj host, Map<String, String> moved, Sharing sharing, UnaryOperator<String> idOf) {
        SequencedMap<String, Json> fields = new LinkedHashMap<>(host.fields());
        sharing.into(fields, idOf);
        if (!moved.isEmpty()) {
            Mounts.move(fields, moved);
        }
        return new Json.Obj(fields);
    }
}
