package io.wherry.agent.runtime.docker;

import io.wherry.contract.json.Json;
import java.util.Set;

/** Which attributes of the model are carried out. One that is not listed is refused, never ignored. */
final class KnownFields {
    static final Set<String> PROJECT = Set.of("name", "services", "networks", "volumes", "configs", "secrets");

    static final Set<String> SERVICE = Set.of(
            "annotations",
            "cap_add",
            "cap_drop",
            "cgroup_parent",
            "command",
            "configs",
            "container_name",
            "cpu_period",
            "cpu_quota",
            "cpu_shares",
            "cpus",
            "cpuset",
            "depends_on",
            "deploy",
            "devices",
            "dns",
            "dns_opt",
            "dns_search",
            "domainname",
            "entrypoint",
            "environment",
            "expose",
            "extra_hosts",
            "group_add",
            "healthcheck",
            "hostname",
            "image",
            "init",
            "ipc",
            "labels",
            "logging",
            "mem_limit",
            "mem_reservation",
            "memswap_limit",
            "network_mode",
            "networks",
            "oom_kill_disable",
            "oom_score_adj",
            "pid",
            "pids_limit",
            "ports",
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
            "sysctls",
            "tmpfs",
            "tty",
            "ulimits",
            "user",
            "userns_mode",
            "uts",
            "volumes",
            "working_dir");

    static final Set<String> DEPLOY =
            Set.of("mode", "replicas", "resources", "restart_policy", "update_config", "placement");
    static final Set<String> RESOURCES = Set.of("limits", "reservations");
    static final Set<String> LIMITS = Set.of("cpus", "memory", "pids");
    static final Set<String> RESERVATIONS = Set.of("memory");
    static final Set<String> RESTART_POLICY = Set.of("condition", "max_attempts");
    static final Set<String> UPDATE_CONFIG = Set.of("order");
    static final Set<String> HEALTH_CHECK =
            Set.of("test", "interval", "timeout", "retries", "start_period", "start_interval", "disable");
    static final Set<String> PORT =
            Set.of("mode", "target", "published", "protocol", "host_ip", "name", "app_protocol");
    static final Set<String> MOUNT =
            Set.of("type", "source", "target", "read_only", "bind", "volume", "tmpfs", "consistency");
    static final Set<String> BIND = Set.of("create_host_path", "propagation", "selinux");
    static final Set<String> VOLUME_OPTIONS = Set.of("nocopy");
    static final Set<String> TMPFS = Set.of("size", "mode");
    static final Set<String> ENDPOINT = Set.of("aliases", "ipv4_address", "ipv6_address", "priority");
    static final Set<String> DEPENDENCY = Set.of("condition", "required", "restart");
    static final Set<String> LOGGING = Set.of("driver", "options");
    static final Set<String> DEVICE = Set.of("source", "target", "permissions");
    /** Owner and mode are the file's own, because it is mounted as it is: as Compose does. */
    static final Set<String> FILE_GRANT = Set.of("source", "target", "uid", "gid", "mode");

    static final Set<String> FILE_OBJECT = Set.of("name", "file", "content", "labels");
    /** A secret may also come with the entry: then the model only names it. */
    static final Set<String> SECRET_OBJECT = Set.of("name", "file", "content", "labels", "external");

    static final Set<String> NETWORK = Set.of(
            "name", "driver", "driver_opts", "ipam", "internal", "attachable", "enable_ipv6", "labels", "external");
    static final Set<String> IPAM = Set.of("driver", "config", "options");
    static final Set<String> IPAM_CONFIG = Set.of("subnet", "gateway", "ip_range", "aux_addresses");
    static final Set<String> VOLUME = Set.of("name", "driver", "driver_opts", "labels", "external");

    private KnownFields() {}

    /** @throws ModelException naming the first attribute that is not known */
    static void check(String path, Json.Obj object, Set<String> known) {
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
