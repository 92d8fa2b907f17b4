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
import java.util.function.BiFunction;

/** How a container runs on its host: the create call's {@code HostConfig}. */
final class HostSection {
    private HostSection() {}

    static Json.Obj of(
            Deployment.Identity identity,
            ComposeModel model,
            ComposeService service,
            PublishedPorts ports,
            SequencedMap<String, Json.Obj> endpoints) {
        Json.Obj raw = service.raw();
        String path = "services." + service.name();
        Json.Builder host = Json.object();
        Mounts mounts = Mounts.of(identity, model, service);
        host.put("Binds", mounts.binds());
        host.put("Mounts", new Json.Arr(List.copyOf(mounts.mounts())));
        host.put("Tmpfs", mounts.tmpfs());
        host.put("PortBindings", ports.bindingsJson());
        host.put("RestartPolicy", restartPolicy(service.restart()));
        host.put("NetworkMode", networkMode(raw, endpoints));
        host.put("LogConfig", logging(path, raw));
        host.put("Privileged", raw.boolOr("privileged", false));
        host.put("ReadonlyRootfs", raw.boolOr("read_only", false));
        texts(raw, host, "cap_add", "CapAdd");
        texts(raw, host, "cap_drop", "CapDrop");
        texts(raw, host, "dns", "Dns");
        texts(raw, host, "dns_opt", "DnsOptions");
        texts(raw, host, "dns_search", "DnsSearch");
        texts(raw, host, "group_add", "GroupAdd");
        texts(raw, host, "security_opt", "SecurityOpt");
        host.put("ExtraHosts", extraHosts(raw));
        host.put("Ulimits", ulimits(path, raw));
        host.put("Devices", devices(path, raw));
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
        limits(path, raw, host);
        return host.build();
    }

    private static void limits(String path, Json.Obj raw, Json.Builder host) {
        Optional<Json.Obj> resources = nested(raw, "deploy").flatMap(d -> nested(d, "resources"));
        Optional<Json.Obj> limits = resources.flatMap(r -> nested(r, "limits"));
        Optional<Json.Obj> reservations = resources.flatMap(r -> nested(r, "reservations"));
        number(path, raw, "mem_limit", limits, "memory", host, "Memory", Units::bytes);
        number(path, raw, "mem_reservation", reservations, "memory", host, "MemoryReservation", Units::bytes);
        number(path, raw, "cpus", limits, "cpus", host, "NanoCpus", Units::nanoCpus);
        number(path, raw, "pids_limit", limits, "pids", host, "PidsLimit", Units::whole);
        number(path, raw, "memswap_limit", Optional.empty(), "", host, "MemorySwap", Units::bytes);
        number(path, raw, "shm_size", Optional.empty(), "", host, "ShmSize", Units::bytes);
        number(path, raw, "cpu_shares", Optional.empty(), "", host, "CpuShares", Units::whole);
        number(path, raw, "cpu_period", Optional.empty(), "", host, "CpuPeriod", Units::whole);
        number(path, raw, "cpu_quota", Optional.empty(), "", host, "CpuQuota", Units::whole);
        number(path, raw, "oom_score_adj", Optional.empty(), "", host, "OomScoreAdj", Units::whole);
        if (raw.boolOr("oom_kill_disable", false)) {
            host.put("OomKillDisable", true);
        }
    }

    /** The attribute of the service, else the one below {@code deploy}; Compose refuses both with different values. */
    private static void number(
            String path,
            Json.Obj raw,
            String key,
            Optional<Json.Obj> deploy,
            String deployKey,
            Json.Builder host,
            String field,
            BiFunction<String, Json, Long> read) {
        raw.find(key)
                .or(() -> deploy.flatMap(d -> d.find(deployKey)))
                .ifPresent(value -> host.put(field, read.apply(path + "." + key, value)));
    }

    private static void texts(Json.Obj raw, Json.Builder host, String key, String field) {
        if (raw.find(key).isPresent()) {
            host.put(field, raw.array(key).stream().map(v -> Units.text(key, v)).toList());
        }
    }

    private static void word(Json.Obj raw, Json.Builder host, String key, String field) {
        raw.findString(key).ifPresent(word -> {
            if (word.startsWith("service:") || word.startsWith("container:")) {
                throw ModelException.unsupported(key, word);
            }
            host.put(field, word);
        });
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
        if (!List.of("no", "always", "unless-stopped", "on-failure").contains(name)) {
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

    private static Json.Arr devices(String path, Json.Obj raw) {
        List<Json> devices = new ArrayList<>();
        for (Json.Obj device : raw.objects("devices")) {
            KnownFields.check(path + ".devices", device, KnownFields.DEVICE);
            devices.add(Json.object()
                    .put("PathOnHost", device.string("source"))
                    .put("PathInContainer", device.findString("target").orElse(device.string("source")))
                    .put("CgroupPermissions", device.findString("permissions").orElse("rwm"))
                    .build());
        }
        return new Json.Arr(devices);
    }

    /** Puts in what is known only when the container is made. */
    static Json.Obj withAnonymous(Json.Obj host, Map<String, String> moved, Optional<String> networkOf) {
        SequencedMap<String, Json> fields = new LinkedHashMap<>(host.fields());
        networkOf.ifPresent(id -> fields.put("NetworkMode", Json.of("container:" + id)));
        if (!moved.isEmpty()) {
            Mounts.move(fields, moved);
        }
        return new Json.Obj(fields);
    }
}
