package io.wherry.agent.runtime.swarm;

import java.util.Set;

/** The attributes of a model that a swarm carries out; docs/reference/compose.md tells the rest, which the hub refuses. */
final class SwarmFields {
    static final Set<String> PROJECT = Set.of("name", "services", "networks", "volumes", "configs", "secrets");

    /** {@code attach}, {@code depends_on} and {@code expose} say nothing to a swarm, and do no harm: the hub warns of them. */
    static final Set<String> SERVICE = Set.of(
            "attach",
            "cap_add",
            "cap_drop",
            "command",
            "configs",
            "depends_on",
            "deploy",
            "dns",
            "dns_opt",
            "dns_search",
            "entrypoint",
            "environment",
            "expose",
            "extra_hosts",
            "healthcheck",
            "hostname",
            "image",
            "init",
            "isolation",
            "labels",
            "logging",
            "networks",
            "ports",
            "pull_policy",
            "read_only",
            "restart",
            "secrets",
            "stdin_open",
            "stop_grace_period",
            "stop_signal",
            "sysctls",
            "tty",
            "ulimits",
            "user",
            "volumes",
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
    static final Set<String> ENDPOINT = Set.of("aliases", "driver_opts");
    static final Set<String> MOUNT = Set.of("type", "source", "target", "read_only", "bind", "volume", "tmpfs");
    static final Set<String> BIND = Set.of("propagation", "create_host_path");
    static final Set<String> VOLUME_OPTIONS = Set.of("labels", "nocopy");
    static final Set<String> TMPFS = Set.of("size", "mode");
    static final Set<String> PORT = Set.of("mode", "target", "published", "protocol", "name", "app_protocol");
    static final Set<String> RESERVATIONS = Set.of("cpus", "memory", "generic_resources");
    static final Set<String> NETWORK = Set.of(
            "name", "driver", "driver_opts", "ipam", "internal", "attachable", "enable_ipv6", "labels", "external");
    static final Set<String> VOLUME = Set.of("name", "driver", "driver_opts", "labels", "external");
    static final Set<String> CONFIG = Set.of("name", "file", "content", "labels");
    static final Set<String> SECRET = Set.of("name", "file", "labels", "external");

    private SwarmFields() {}
}
