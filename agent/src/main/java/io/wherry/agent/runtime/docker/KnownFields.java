package io.wherry.agent.runtime.docker;

import io.wherry.contract.json.Json;
import java.util.Set;

/** Which attributes of the model are carried out. One that is not listed is refused, never ignored. */
public final class KnownFields {
    static final Set<String> PROJECT = Set.of("name", "services", "networks", "volumes", "configs", "secrets");

    static final Set<String> SERVICE = Set.of(
            "annotations",
            "attach",
            "blkio_config",
            "cap_add",
            "cap_drop",
            "cgroup",
            "cgroup_parent",
            "command",
            "configs",
            "container_name",
            "cpu_count",
            "cpu_percent",
            "cpu_period",
            "cpu_quota",
            "cpu_rt_period",
            "cpu_rt_runtime",
            "cpu_shares",
            "cpus",
            "cpuset",
            "depends_on",
            "deploy",
            "device_cgroup_rules",
            "devices",
            "dns",
            "dns_opt",
            "dns_search",
            "domainname",
            "entrypoint",
            "environment",
            "expose",
            "external_links",
            "extra_hosts",
            "gpus",
            "group_add",
            "healthcheck",
            "hostname",
            "image",
            "init",
            "ipc",
            "isolation",
            "labels",
            "links",
            "logging",
            "mac_address",
            "mem_limit",
            "mem_reservation",
            "mem_swappiness",
            "memswap_limit",
            "network_mode",
            "networks",
            "oom_kill_disable",
            "oom_score_adj",
            "pid",
            "pids_limit",
            "platform",
            "ports",
            "post_start",
            "pre_stop",
            "privileged",
            "profiles",
            "pull_policy",
            "read_only",
            "restart",
            "runtime",
            "scale",
            "secrets",
            "security_opt",
            "shm_size",
            "stdin_open",
            "stop_grace_period",
            "stop_signal",
            "storage_opt",
            "sysctls",
            "tmpfs",
            "tty",
            "ulimits",
            "user",
            "userns_mode",
            "uts",
            "volumes",
            "volumes_from",
            "working_dir");

    static final Set<String> DEPLOY = Set.of(
            "mode",
            "replicas",
            "labels",
            "endpoint_mode",
            "resources",
            "restart_policy",
            "update_config",
            "rollback_config",
            "placement");
    public static final Set<String> RESOURCES = Set.of("limits", "reservations");
    public static final Set<String> LIMITS = Set.of("cpus", "memory", "pids");
    static final Set<String> RESERVATIONS = Set.of("cpus", "memory", "devices", "generic_resources");
    static final Set<String> DEVICE_REQUEST = Set.of("driver", "count", "capabilities", "device_ids", "options");
    static final Set<String> BLKIO = Set.of(
            "weight", "weight_device", "device_read_bps", "device_read_iops", "device_write_bps", "device_write_iops");
    static final Set<String> BLKIO_RATE = Set.of("path", "weight", "rate");
    public static final Set<String> PLACEMENT = Set.of("constraints", "preferences", "max_replicas_per_node");
    public static final Set<String> RESTART_POLICY = Set.of("condition", "delay", "max_attempts", "window");
    public static final Set<String> UPDATE_CONFIG =
            Set.of("parallelism", "delay", "failure_action", "monitor", "max_failure_ratio", "order");
    static final Set<String> HEALTH_CHECK =
            Set.of("test", "interval", "timeout", "retries", "start_period", "start_interval", "disable");
    static final Set<String> PORT =
            Set.of("mode", "target", "published", "protocol", "host_ip", "name", "app_protocol");
    static final Set<String> MOUNT =
            Set.of("type", "source", "target", "read_only", "bind", "volume", "tmpfs", "image", "consistency");
    static final Set<String> BIND = Set.of("create_host_path", "propagation", "recursive", "selinux");
    static final Set<String> VOLUME_OPTIONS = Set.of("labels", "nocopy", "subpath");
    static final Set<String> IMAGE_MOUNT = Set.of("subpath");
    static final Set<String> TMPFS = Set.of("size", "mode");
    static final Set<String> ENDPOINT = Set.of(
            "aliases",
            "driver_opts",
            "gw_priority",
            "interface_name",
            "ipv4_address",
            "ipv6_address",
            "link_local_ips",
            "mac_address",
            "priority");
    static final Set<String> DEPENDENCY = Set.of("condition", "required", "restart");
    static final Set<String> HOOK = Set.of("command", "environment", "privileged", "user", "working_dir");
    public static final Set<String> LOGGING = Set.of("driver", "options");
    static final Set<String> DEVICE = Set.of("source", "target", "permissions");
    /** Owner and mode are the file's own, because it is mounted as it is: as Compose does. */
    public static final Set<String> FILE_GRANT = Set.of("source", "target", "uid", "gid", "mode");

    static final Set<String> FILE_OBJECT = Set.of("name", "file", "content", "labels");
    /** A secret may also come with the entry: then the model only names it. */
    static final Set<String> SECRET_OBJECT = Set.of("name", "file", "content", "labels", "external");

    static final Set<String> NETWORK = Set.of(
            "name",
            "driver",
            "driver_opts",
            "ipam",
            "internal",
            "attachable",
            "enable_ipv4",
            "enable_ipv6",
            "labels",
            "external");
    public static final Set<String> IPAM = Set.of("driver", "config", "options");
    public static final Set<String> IPAM_CONFIG = Set.of("subnet", "gateway", "ip_range", "aux_addresses");
    static final Set<String> VOLUME = Set.of("name", "driver", "driver_opts", "labels", "external");

    private KnownFields() {}

    /** @throws ModelException naming the first attribute that is not known */
    public static void check(String path, Json.Obj object, Set<String> known) {
        object.fields().forEach((key, value) -> {
            if (!known.contains(key) && !key.startsWith("x-") && !isEmpty(value)) {
                throw ModelException.unsupported(
                        path + "." + key, "this agent does not carry it out; remove it, or upgrade the agent");
            }
        });
    }

    /** {@code placement: {}} says nothing, so there is nothing to carry out. */
    private static boolean isEmpty(Json value) {
        return switch (value) {
            case Json.Null() -> true;
            case Json.Obj object -> object.fields().isEmpty();
            case Json.Arr array -> array.items().isEmpty();
            case Json.Bool ignored -> false;
            case Json.Str ignored -> false;
            case Json.Int ignored -> false;
            case Json.Dec ignored -> false;
        };
    }
}
