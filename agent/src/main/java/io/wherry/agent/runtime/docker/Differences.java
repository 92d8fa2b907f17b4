package io.wherry.agent.runtime.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.Difference;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Says field by field how a container differs from what is wanted. Values of environment variables never leave this class in the clear. */
public final class Differences {
    private static final List<String> CONFIG = List.of(
            "Cmd", "Entrypoint", "User", "WorkingDir", "Hostname", "Domainname", "StopSignal", "Healthcheck", "Tty");
    private static final List<String> HOST = List.of(
            "Binds",
            "Mounts",
            "Tmpfs",
            "PortBindings",
            "NetworkMode",
            "Privileged",
            "ReadonlyRootfs",
            "CapAdd",
            "CapDrop",
            "Memory",
            "MemoryReservation",
            "NanoCpus",
            "CpuShares",
            "CpuPeriod",
            "CpuQuota",
            "PidsLimit",
            "ShmSize",
            "MemorySwap",
            "CpusetCpus",
            "Devices",
            "DeviceCgroupRules",
            "IpcMode",
            "PidMode",
            "UTSMode",
            "UsernsMode",
            "CgroupnsMode",
            "CgroupParent",
            "Runtime",
            "OomScoreAdj",
            "Dns",
            "DnsSearch",
            "DnsOptions");

    /** Names as people know them from the model. */
    private static final Map<String, String> FIELDS = Map.ofEntries(
            Map.entry("Cmd", "command"),
            Map.entry("Entrypoint", "entrypoint"),
            Map.entry("User", "user"),
            Map.entry("WorkingDir", "working_dir"),
            Map.entry("Hostname", "hostname"),
            Map.entry("Healthcheck", "healthcheck"),
            Map.entry("Binds", "volumes"),
            Map.entry("Mounts", "volumes"),
            Map.entry("Tmpfs", "tmpfs"),
            Map.entry("PortBindings", "ports"),
            Map.entry("NetworkMode", "network_mode"),
            Map.entry("Memory", "mem_limit"),
            Map.entry("MemoryReservation", "mem_reservation"),
            Map.entry("NanoCpus", "cpus"),
            Map.entry("CpuShares", "cpu_shares"),
            Map.entry("CpuPeriod", "cpu_period"),
            Map.entry("CpuQuota", "cpu_quota"),
            Map.entry("PidsLimit", "pids_limit"),
            Map.entry("ShmSize", "shm_size"),
            Map.entry("MemorySwap", "memswap_limit"),
            Map.entry("CpusetCpus", "cpuset"),
            Map.entry("Devices", "devices"),
            Map.entry("DeviceCgroupRules", "device_cgroup_rules"),
            Map.entry("IpcMode", "ipc"),
            Map.entry("PidMode", "pid"),
            Map.entry("UTSMode", "uts"),
            Map.entry("UsernsMode", "userns_mode"),
            Map.entry("CgroupnsMode", "cgroup"),
            Map.entry("CgroupParent", "cgroup_parent"),
            Map.entry("Runtime", "runtime"),
            Map.entry("OomScoreAdj", "oom_score_adj"),
            Map.entry("Dns", "dns"),
            Map.entry("DnsSearch", "dns_search"),
            Map.entry("DnsOptions", "dns_opt"));

    /** Of a value shown to people: a command fits, a certificate does not. */
    private static final int MAX_CHARS = 200;

    private final byte[] hashKey;

    public Differences(byte[] hashKey) {
        this.hashKey = hashKey;
    }

    /**
     * @param sameConfiguration true where the hash says that only what can be changed from outside may differ
     */
    List<Difference> of(ContainerSpec spec, Json.Obj inspection, boolean sameConfiguration) {
        List<Difference> drifts = new ArrayList<>();
        Json.Obj config = inspection.object("Config");
        Json.Obj host = inspection.object("HostConfig");
        if (!sameConfiguration) {
            compare(drifts, spec, "image", spec.config().string("Image"), config.string("Image"));
            environment(drifts, spec, config);
            CONFIG.forEach(field -> field(drifts, spec, field, spec.config(), config));
            HOST.forEach(field -> field(drifts, spec, field, spec.host(), host));
        } else {
            for (String field : Inspections.LIMITS) {
                if (!Inspections.sameLimit(spec.host(), host, field)) {
                    compare(
                            drifts,
                            spec,
                            FIELDS.getOrDefault(field, field),
                            Inspections.limit(spec.host(), field),
                            Inspections.limit(host, field));
                }
            }
        }
        Json.Obj wanted = spec.host().object("RestartPolicy");
        Json.Obj found = host.object("RestartPolicy");
        if (!Inspections.sameRestart(wanted, found)) {
            compare(drifts, spec, "restart", spec.restart(), restart(found));
        }
        if (!sameConfiguration && drifts.isEmpty()) {
            drifts.add(new Difference(spec.object(), "configuration", "as in the model", "of an earlier model"));
        }
        return drifts;
    }

    private static String restart(Json.Obj policy) {
        long retries = policy.integerOr("MaximumRetryCount", 0);
        return Inspections.restartName(policy) + (retries > 0 ? ":" + retries : "");
    }

    private void field(List<Difference> drifts, ContainerSpec spec, String field, Json.Obj wanted, Json.Obj found) {
        Json want = wanted.find(field).orElse(new Json.Null());
        if (isUnset(want)) {
            return; // the image's or the engine's own value is as good as any
        }
        Json have = found.find(field).orElse(new Json.Null());
        compare(drifts, spec, FIELDS.getOrDefault(field, field), text(want), text(have));
    }

    private static boolean isUnset(Json value) {
        return switch (value) {
            case Json.Null _ -> true;
            case Json.Str(String text) -> text.isEmpty();
            case Json.Arr(List<Json> items) -> items.isEmpty();
            case Json.Obj object -> object.fields().isEmpty();
            case Json.Bool(boolean bool) -> !bool;
            case Json.Int(long number) -> number == 0;
            case Json.Dec _ -> false;
        };
    }

    private static String text(Json value) {
        return value instanceof Json.Str(String text) ? text : JsonWriter.compact(value);
    }

    private static void compare(
            List<Difference> drifts, ContainerSpec spec, String field, String wanted, String found) {
        if (!wanted.equals(found)) {
            drifts.add(new Difference(spec.object(), field, brief(wanted), brief(found)));
        }
    }

    /** A field as people know it from the model. */
    static String name(String field) {
        return FIELDS.getOrDefault(field, field);
    }

    /** One line, bounded. */
    public static String brief(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() > MAX_CHARS ? line.substring(0, MAX_CHARS) + " …" : line;
    }

    private void environment(List<Difference> drifts, ContainerSpec spec, Json.Obj config) {
        Map<String, String> wanted = variables(spec.config());
        Map<String, String> found = variables(config);
        for (String name : new TreeSet<>(wanted.keySet())) {
            String want = wanted.getOrDefault(name, "");
            String have = found.get(name);
            if (!want.equals(have)) {
                drifts.add(new Difference(
                        spec.object(), "environment." + name, hash(want), have == null ? "missing" : hash(have)));
            }
        }
    }

    static Map<String, String> variables(Json.Obj config) {
        Map<String, String> variables = new TreeMap<>();
        if (config.find("Env").filter(e -> e instanceof Json.Arr).isPresent()) {
            config.strings("Env").forEach(entry -> {
                int equals = entry.indexOf('=');
                variables.put(
                        equals < 0 ? entry : entry.substring(0, equals), equals < 0 ? "" : entry.substring(equals + 1));
            });
        }
        return variables;
    }

    /** Equal values give equal hashes at this agent, and say nothing anywhere else. */
    public String hash(String value) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(hashKey, "HmacSHA256"));
            return "hmac:" + HexFormat.of().formatHex(mac.doFinal(value.getBytes(UTF_8)), 0, 6);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256: not available (expected: every JDK has it)", e);
        }
    }
}
