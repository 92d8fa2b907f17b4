package io.wherry.agent.runtime.docker;

import static io.wherry.agent.runtime.docker.ComposeService.nested;

import io.wherry.contract.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;

/** What a container may use of its host, as a Compose file says it: {@link HostSection} and {@link Limits} backwards. Pure. */
final class ExportedHost {
    private static final Map<String, String> WORDS = Map.of(
            "CgroupParent", "cgroup_parent",
            "CgroupnsMode", "cgroup",
            "CpusetCpus", "cpuset",
            "IpcMode", "ipc",
            "Isolation", "isolation",
            "PidMode", "pid",
            "Runtime", "runtime",
            "UTSMode", "uts",
            "UsernsMode", "userns_mode");
    private static final Map<String, String> NUMBERS = Map.ofEntries(
            Map.entry("CpuCount", "cpu_count"),
            Map.entry("CpuPeriod", "cpu_period"),
            Map.entry("CpuQuota", "cpu_quota"),
            Map.entry("CpuRealtimePeriod", "cpu_rt_period"),
            Map.entry("CpuRealtimeRuntime", "cpu_rt_runtime"),
            Map.entry("CpuShares", "cpu_shares"),
            Map.entry("Memory", "mem_limit"),
            Map.entry("MemoryReservation", "mem_reservation"),
            Map.entry("MemorySwap", "memswap_limit"),
            Map.entry("MemorySwappiness", "mem_swappiness"),
            Map.entry("OomScoreAdj", "oom_score_adj"),
            Map.entry("PidsLimit", "pids_limit"),
            Map.entry("ShmSize", "shm_size"));
    private static final Map<String, String> FLAGS = Map.of(
            "Init", "init",
            "OomKillDisable", "oom_kill_disable",
            "Privileged", "privileged",
            "ReadonlyRootfs", "read_only");
    private static final Map<String, String> LISTS = Map.of(
            "CapAdd", "cap_add",
            "CapDrop", "cap_drop",
            "DeviceCgroupRules", "device_cgroup_rules",
            "Dns", "dns",
            "DnsOptions", "dns_opt",
            "DnsSearch", "dns_search",
            "GroupAdd", "group_add");
    private static final Map<String, String> MAPS =
            Map.of("Annotations", "annotations", "StorageOpt", "storage_opt", "Sysctls", "sysctls");
    private static final Map<String, String> RATES = Map.of(
            "BlkioDeviceReadBps", "device_read_bps",
            "BlkioDeviceReadIOps", "device_read_iops",
            "BlkioDeviceWriteBps", "device_write_bps",
            "BlkioDeviceWriteIOps", "device_write_iops");

    /** Written otherwise, here or beside, or without effect. */
    private static final Set<String> OTHERS = Set.of(
            "Binds",
            "BlkioWeight",
            "BlkioWeightDevice",
            "ConsoleSize",
            "ContainerIDFile",
            "CpuPercent",
            "DeviceRequests",
            "Devices",
            "ExtraHosts",
            "Links",
            "LogConfig",
            "MaskedPaths",
            "Mounts",
            "NanoCpus",
            "NetworkMode",
            "PortBindings",
            "ReadonlyPaths",
            "RestartPolicy",
            "SecurityOpt",
            "Tmpfs",
            "Ulimits",
            "VolumesFrom");

    private final ExportedProject project;
    private final String service;
    private final Json.Obj host;
    private final Json.Obj blank;
    private final Json.Builder out;

    ExportedHost(ExportedProject project, String service, Json.Obj found, Json.Obj blank, Json.Builder out) {
        this.project = project;
        this.service = service;
        this.host = found.object("HostConfig");
        this.blank = blank.object("HostConfig");
        this.out = out;
    }

    /** @param volumes that stand elsewhere in the inspection */
    void write(List<Json> volumes) {
        for (String key : host.fields().keySet()) {
            if (!differs(key) || OTHERS.contains(key)) {
                continue;
            }
            String attribute = attribute(key);
            if (attribute.isEmpty()) {
                project.refuse("service " + service + ": " + key);
            }
        }
        ports();
        restart();
        new ExportedMounts(project, service, host, out).write(volumes);
        logging();
        security();
        devices();
        blkio();
        others();
    }

    private boolean differs(String key) {
        return !Likeness.text(key, host.find(key)).equals(Likeness.text(key, blank.find(key)));
    }

    /** Writes one of the plain ones. @return empty if it is none */
    private String attribute(String key) {
        String word = WORDS.getOrDefault(key, "");
        if (!word.isEmpty()) {
            String value = host.string(key);
            out.put(word, value.startsWith("container:") ? ExportedEndpoints.shared(project, value) : value);
            return word;
        }
        String number = NUMBERS.getOrDefault(key, "");
        if (!number.isEmpty()) {
            out.put(number, host.integer(key));
            return number;
        }
        String flag = FLAGS.getOrDefault(key, "");
        if (!flag.isEmpty()) {
            out.put(flag, host.boolOr(key, false));
            return flag;
        }
        String list = LISTS.getOrDefault(key, "");
        if (!list.isEmpty()) {
            out.put(list, Likeness.strings(host, key));
            return list;
        }
        String map = MAPS.getOrDefault(key, "");
        if (!map.isEmpty()) {
            ExportedShared.map(out, map, ContainerSpec.texts(host, key));
            return map;
        }
        return RATES.getOrDefault(key, "");
    }

    private void ports() {
        List<Json> ports = new ArrayList<>();
        nested(host, "PortBindings").ifPresent(bindings -> new TreeMap<>(bindings.fields()).forEach((port, value) -> {
            String[] parts = port.split("/", 2);
            for (Json.Obj binding : Likeness.objects(bindings, port)) {
                Json.Builder one = Json.object()
                        .put("target", Long.parseLong(parts[0]))
                        .put("protocol", parts.length > 1 ? parts[1] : "tcp");
                binding.findString("HostPort").filter(p -> !p.isEmpty()).ifPresent(p -> one.put("published", p));
                binding.findString("HostIp").filter(a -> !a.isEmpty()).ifPresent(a -> one.put("host_ip", a));
                ports.add(one.build());
            }
        }));
        if (!ports.isEmpty()) {
            out.put("ports", new Json.Arr(ports));
        }
    }

    private void restart() {
        Json.Obj policy = host.object("RestartPolicy");
        String name = Inspections.restartName(policy);
        long retries = policy.integerOr("MaximumRetryCount", 0);
        String given = policy.findString("Name").orElse("");
        if (!name.equals("no") || given.equals("no")) {
            out.put("restart", name + (retries > 0 ? ":" + retries : ""));
        }
    }

    private void logging() {
        if (differs("LogConfig")) {
            Json.Obj log = host.object("LogConfig");
            Json.Builder logging = Json.object();
            log.findString("Type").filter(t -> !t.isEmpty()).ifPresent(t -> logging.put("driver", t));
            ExportedShared.map(logging, "options", ContainerSpec.texts(log, "Config"));
            out.put("logging", logging.build());
        }
    }

    private void security() {
        boolean privileged = host.boolOr("Privileged", false);
        List<String> options = new ArrayList<>(Likeness.strings(host, "SecurityOpt"));
        if (privileged
                || host.findString("IpcMode").orElse("").equals("host")
                || host.findString("PidMode").orElse("").equals("host")) {
            options.remove("label=disable"); // which the engine puts in by itself
        }
        for (String option : options) {
            if (option.startsWith("seccomp={")) {
                project.refuse("service " + service + ": security_opt seccomp, whose profile was a file");
            }
        }
        boolean unconfined = !privileged
                && Likeness.strings(host, "MaskedPaths").isEmpty()
                && Likeness.strings(host, "ReadonlyPaths").isEmpty()
                && differs("MaskedPaths");
        if (unconfined) {
            options.add("systempaths=unconfined");
        } else if (!privileged && (differs("MaskedPaths") || differs("ReadonlyPaths"))) {
            project.refuse("service " + service + ": MaskedPaths, ReadonlyPaths");
        }
        if (!options.isEmpty()) {
            out.put("security_opt", options);
        }
    }

    private void devices() {
        List<Json> devices = new ArrayList<>();
        for (Json.Obj device : Likeness.objects(host, "Devices")) {
            Json.Builder one = Json.object()
                    .put("source", device.string("PathOnHost"))
                    .put("target", device.string("PathInContainer"));
            device.findString("CgroupPermissions").filter(p -> !p.isEmpty()).ifPresent(p -> one.put("permissions", p));
            devices.add(one.build());
        }
        List<Json> requests = new ArrayList<>();
        for (Json.Obj request : Likeness.objects(host, "DeviceRequests")) {
            List<String> ids = Likeness.strings(request, "DeviceIDs");
            if (request.findString("Driver").orElse("").equals("cdi")) {
                ids.forEach(id -> devices.add(
                        Json.object().put("source", id).put("target", id).build()));
                continue;
            }
            requests.add(request(request, ids));
        }
        if (!devices.isEmpty()) {
            out.put("devices", new Json.Arr(devices));
        }
        if (!requests.isEmpty()) {
            Json.Obj reservations =
                    Json.object().put("devices", new Json.Arr(requests)).build();
            out.put(
                    "deploy",
                    Json.object()
                            .put(
                                    "resources",
                                    Json.object()
                                            .put("reservations", reservations)
                                            .build())
                            .build());
        }
    }

    private Json.Obj request(Json.Obj request, List<String> ids) {
        Json.Builder one = Json.object();
        request.findString("Driver").filter(d -> !d.isEmpty()).ifPresent(d -> one.put("driver", d));
        if (ids.isEmpty()) {
            one.put("count", request.integerOr("Count", 0));
        } else {
            one.put("device_ids", ids);
        }
        List<Json> alternatives = request.find("Capabilities").isPresent() ? request.array("Capabilities") : List.of();
        if (alternatives.size() != 1) {
            project.refuse("service " + service + ": a device request with alternatives");
        } else {
            one.put("capabilities", alternatives.getFirst());
        }
        ExportedShared.map(one, "options", ContainerSpec.texts(request, "Options"));
        return one.build();
    }

    private void blkio() {
        Json.Builder blkio = Json.object();
        if (host.integerOr("BlkioWeight", 0) != 0) {
            blkio.put("weight", host.integer("BlkioWeight"));
        }
        rates(blkio, "BlkioWeightDevice", "weight_device", "Weight", "weight");
        new TreeMap<>(RATES).forEach((key, attribute) -> rates(blkio, key, attribute, "Rate", "rate"));
        if (!blkio.build().fields().isEmpty()) {
            out.put("blkio_config", blkio.build());
        }
    }

    private void rates(Json.Builder blkio, String key, String attribute, String value, String named) {
        List<Json> rates = new ArrayList<>();
        for (Json.Obj rate : Likeness.objects(host, key)) {
            rates.add(Json.object()
                    .put("path", rate.string("Path"))
                    .put(named, rate.integer(value))
                    .build());
        }
        if (!rates.isEmpty()) {
            blkio.put(attribute, new Json.Arr(rates));
        }
    }

    private void others() {
        long nanos = host.integerOr("NanoCpus", 0);
        if (nanos != 0) {
            BigDecimal cpus = BigDecimal.valueOf(nanos, 9).stripTrailingZeros();
            out.put("cpus", cpus.scale() <= 0 ? Json.of(cpus.longValueExact()) : new Json.Dec(cpus));
        }
        if (host.integerOr("CpuPercent", 0) != 0) {
            out.put("cpu_percent", host.integer("CpuPercent") / 100);
        }
        List<String> hosts = new ArrayList<>();
        Likeness.strings(host, "ExtraHosts").forEach(entry -> hosts.add(entry.replaceFirst(":", "=")));
        if (!hosts.isEmpty()) {
            out.put("extra_hosts", hosts);
        }
        SequencedMap<String, Json> ulimits = new LinkedHashMap<>();
        if (differs("Ulimits")) {
            Likeness.objects(host, "Ulimits")
                    .forEach(one -> ulimits.put(
                            one.string("Name"),
                            Json.object()
                                    .put("soft", one.integer("Soft"))
                                    .put("hard", one.integer("Hard"))
                                    .build()));
        }
        if (!ulimits.isEmpty()) {
            out.put("ulimits", new Json.Obj(ulimits));
        }
        List<String> from = new ArrayList<>();
        for (String one : Likeness.strings(host, "VolumesFrom")) {
            String id =
                    one.split(":", 2)[0]; // Compose gives services by id, and containers by the name that the file has
            from.add(project.container(id)
                    .filter(other -> other.id().equals(id))
                    .flatMap(other -> project.service(id))
                    .orElse("container:" + id));
        }
        if (!from.isEmpty()) {
            out.put("volumes_from", from);
        }
    }
}
