package io.wherry.hub.render.compose;

import java.util.Map;
import java.util.Set;

/**
 * What a swarm carries out of the table of attributes. {@code docker stack deploy} reads over many with a warning or none at all; here whatever changes how
 * a service runs is refused when a swarm would not do it, and only what says nothing there is warned of.
 */
final class SwarmAttributes {
    private static final String S = "services.*.";

    /** Of a service; the rest of what stands below it is refused. */
    private static final Set<String> CARRIED = Set.of(
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

    private static final Set<String> WARNED = Set.of(S + "attach", S + "expose");

    /** Below what is carried out. */
    private static final Set<String> REFUSED = Set.of(
            S + "deploy.resources.reservations.devices",
            S + "healthcheck.start_interval",
            S + "networks.*.gw_priority",
            S + "networks.*.interface_name",
            S + "networks.*.ipv4_address",
            S + "networks.*.ipv6_address",
            S + "networks.*.link_local_ips",
            S + "networks.*.mac_address",
            S + "networks.*.priority",
            S + "ports[].host_ip",
            S + "volumes[].bind.recursive",
            S + "volumes[].bind.selinux",
            S + "volumes[].consistency",
            S + "volumes[].image",
            S + "volumes[].volume.labels",
            S + "volumes[].volume.subpath",
            "networks.*.enable_ipv4");

    private static final String RESOURCES = "write it below deploy.resources";
    private static final String NODES = "no swarm gives its tasks that";

    private static final Map<String, String> HINTS = Map.ofEntries(
            Map.entry(
                    S + "container_name",
                    "a swarm names its tasks itself; other services find it by the service's name"),
            Map.entry(S + "external_links", "put both services on one external network"),
            Map.entry(
                    S + "links",
                    "services of one network find each other by name; add networks.NAME.aliases for another one"),
            Map.entry(
                    S + "network_mode",
                    "for the host's network write networks: with an external one whose name is host"),
            Map.entry(S + "scale", "write deploy.replicas"),
            Map.entry(S + "tmpfs", "write it below volumes, with type: tmpfs"),
            Map.entry(S + "volumes[].image", "a swarm mounts no images"),
            Map.entry(S + "volumes_from", "let both services mount a volume with a name"),
            Map.entry(S + "cpus", RESOURCES),
            Map.entry(S + "mem_limit", RESOURCES),
            Map.entry(S + "mem_reservation", RESOURCES),
            Map.entry(S + "pids_limit", RESOURCES),
            Map.entry(S + "networks.*.ipv4_address", "a swarm gives its tasks their addresses"),
            Map.entry(S + "networks.*.ipv6_address", "a swarm gives its tasks their addresses"),
            Map.entry(S + "ports[].host_ip", "a swarm publishes on all addresses of its nodes"));

    private SwarmAttributes() {}

    /** @param path of the table */
    static SwarmUse of(String path) {
        if (WARNED.stream().anyMatch(one -> isBelow(path, one))) {
            return SwarmUse.WARNED;
        }
        if (REFUSED.stream().anyMatch(one -> isBelow(path, one))) {
            return SwarmUse.REFUSED;
        }
        if (!path.startsWith(S)) {
            return SwarmUse.CARRIED;
        }
        String name = path.substring(S.length()).split("[.\\[]", 2)[0];
        return CARRIED.contains(name) ? SwarmUse.CARRIED : SwarmUse.REFUSED;
    }

    private static boolean isBelow(String path, String top) {
        return path.equals(top) || path.startsWith(top + ".") || path.startsWith(top + "[");
    }

    /** What to write in its place. */
    static String hint(String path) {
        return HINTS.getOrDefault(path, NODES);
    }
}
