package io.wherry.e2e.docker;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What may stand in a made-up project, as YAML of one line. {@code ADDRESS}, {@code NUMBER} and {@code PROJECT} are the project's own. */
final class ProjectValues {
    static final String JOB = "[\"true\"]";

    static final List<String> COMMANDS = List.of(
            "sleep infinity",
            "[sleep, \"100000\"]",
            "[sh, -c, \"sleep 100000\"]",
            "[sh, -c, \"echo $$HOME; exec sleep 100000\"]",
            "sh -c 'sleep 100000'");

    static final List<String> IMAGES = List.of(
            TestImages.BUSYBOX_1,
            TestImages.BUSYBOX_1,
            TestImages.BUSYBOX_2,
            TestImages.WITH_VOLUME_1,
            TestImages.WITH_VOLUME_2);

    /** Attributes that a service may have or not. */
    static final Map<String, List<String>> PLAIN = new TreeMap<>(Map.ofEntries(
            Map.entry("annotations", List.of("{a.b/c: d}", "[\"x=y\"]")),
            Map.entry("attach", List.of("false")),
            Map.entry("blkio_config", List.of("{weight: 300}", "{weight: 500}")),
            Map.entry("cap_add", List.of("[NET_ADMIN]", "[SYS_PTRACE, NET_RAW]", "[CAP_CHOWN]")),
            Map.entry("cap_drop", List.of("[ALL]", "[MKNOD, SETPCAP]")),
            Map.entry("cgroup", List.of("host", "private")),
            Map.entry("cgroup_parent", List.of("wherry-test")),
            Map.entry("container_name", List.of("PROJECT-own-NUMBER", "PROJECT-other-NUMBER")),
            Map.entry("cpu_count", List.of("1")),
            Map.entry("cpu_percent", List.of("50")),
            Map.entry("cpu_quota", List.of("50000")),
            Map.entry("cpu_shares", List.of("256", "2048")),
            Map.entry("cpus", List.of("0.5", "\"1.5\"", "1")),
            Map.entry("cpuset", List.of("\"0\"", "0-1", "\"0,1\"")),
            Map.entry(
                    "deploy",
                    List.of(
                            "{replicas: 2}",
                            "{replicas: 3, labels: {a: b}}",
                            "{restart_policy: {condition: on-failure, max_attempts: 3}}",
                            "{restart_policy: {condition: none}}",
                            "{restart_policy: {condition: any, delay: 1s}}",
                            "{resources: {limits: {cpus: \"0.5\", memory: 64m, pids: 50}}}",
                            "{resources: {limits: {memory: 48m}, reservations: {memory: 32m, cpus: \"0.1\"}}}",
                            "{mode: global}",
                            "{update_config: {order: stop-first, parallelism: 1}, endpoint_mode: dnsrr}",
                            "{placement: {constraints: [\"node.role == manager\"]}}")),
            Map.entry("device_cgroup_rules", List.of("[\"c 1:3 mr\"]", "[\"c 1:3 mr\", \"a 7:* rmw\"]")),
            Map.entry(
                    "devices",
                    List.of(
                            "[\"/dev/null:/dev/x\"]",
                            "[\"/dev/zero:/dev/y:r\", /dev/full]",
                            "[{source: /dev/null, target: /dev/z, permissions: rw}]")),
            Map.entry("dns", List.of("10.0.0.53", "[10.0.0.53, 10.0.0.54]")),
            Map.entry("dns_opt", List.of("[\"ndots:2\", use-vc]")),
            Map.entry("dns_search", List.of("example.org", "[a.example, b.example]")),
            Map.entry("domainname", List.of("example.net")),
            Map.entry("entrypoint", List.of("[]", "[env]", "[/bin/busybox, env, A=b]")),
            Map.entry("environment", List.of("{A: b}", "[A=c, B]", "{A: 1, B: true, C: null, D: \"\"}", "[\"X=$$Y\"]")),
            Map.entry("expose", List.of("[\"80\"]", "[80, 90/udp]", "[\"8000-8002\"]")),
            Map.entry(
                    "extra_hosts",
                    List.of("[hub=10.0.0.1]", "[\"hub:10.0.0.1\", six=::1]", "{a: 10.0.0.2}", "[g=host-gateway]")),
            Map.entry("group_add", List.of("[20]", "[\"20\", 30]")),
            Map.entry(
                    "healthcheck",
                    List.of(
                            "{test: [CMD, \"true\"], interval: 400ms, timeout: 5s, retries: 3}",
                            "{test: \"true\", interval: 500ms, timeout: 5s, retries: 2, start_period: 1s}",
                            "{test: [CMD-SHELL, \"exit 0\"], interval: 400ms, timeout: 5s}",
                            "{disable: true}")),
            Map.entry("hostname", List.of("shop", "shop.example.org")),
            Map.entry("init", List.of("true", "false")),
            Map.entry("ipc", List.of("host", "private", "shareable", "none")),
            Map.entry("isolation", List.of("default")),
            Map.entry("labels", List.of("{a: b}", "[a=c, b]", "{a: 1, c: null}", "{a: \"$$x\"}")),
            Map.entry(
                    "logging",
                    List.of(
                            "{driver: json-file, options: {max-size: 1m, max-file: \"2\"}}",
                            "{driver: local}",
                            "{driver: none}",
                            "{options: {max-size: 2m}}")),
            Map.entry("mac_address", List.of("\"02:42:ac:11:0NUMBER:43\"")),
            Map.entry("mem_limit", List.of("64m", "128mb", "67108864")),
            Map.entry("mem_reservation", List.of("32m")),
            Map.entry("mem_swappiness", List.of("60", "0")),
            Map.entry("memswap_limit", List.of("256m", "-1")),
            Map.entry("network_mode", List.of("none", "host", "bridge")),
            Map.entry("oom_kill_disable", List.of("false")),
            Map.entry("oom_score_adj", List.of("500", "100")),
            Map.entry("pid", List.of("host")),
            Map.entry("pids_limit", List.of("100", "-1", "0")),
            Map.entry(
                    "ports",
                    List.of(
                            "[\"ADDRESS:1801NUMBER:80\"]",
                            "[\"ADDRESS:1802NUMBER:80\", \"ADDRESS:1802NUMBER:80/udp\"]",
                            "[\"ADDRESS::90\"]",
                            "[{target: 70, published: \"1803NUMBER\", host_ip: ADDRESS, protocol: tcp, mode: host}]",
                            "[{target: 71, host_ip: ADDRESS, name: web, app_protocol: http}]",
                            "[\"ADDRESS:1904NUMBER-1904NUMBER:60-60\", \"ADDRESS:1805NUMBER:80\"]")),
            Map.entry("post_start", List.of("[{command: [\"true\"]}]", "[{command: \"touch /tmp/x\", user: \"0\"}]")),
            Map.entry("pre_stop", List.of("[{command: [\"true\"], environment: {A: b}}]")),
            Map.entry("privileged", List.of("false")),
            Map.entry("pull_policy", List.of("missing", "never", "if_not_present")),
            Map.entry("read_only", List.of("true")),
            Map.entry("restart", List.of("always", "unless-stopped", "\"no\"", "on-failure", "\"on-failure:3\"")),
            Map.entry("runtime", List.of("runc")),
            Map.entry("scale", List.of("2", "3")),
            Map.entry(
                    "security_opt",
                    List.of(
                            "[\"no-new-privileges:true\"]",
                            "[no-new-privileges]",
                            "[\"seccomp=unconfined\"]",
                            "[\"label:disable\"]")),
            Map.entry("shm_size", List.of("16m", "\"8388608\"")),
            Map.entry("stdin_open", List.of("true")),
            Map.entry("stop_grace_period", List.of("1s", "500ms", "0s", "1m")),
            Map.entry(
                    "sysctls",
                    List.of(
                            "{net.core.somaxconn: 1024}",
                            "[net.ipv4.ip_forward=0]",
                            "{net.ipv4.ping_group_range: \"0 1\"}")),
            Map.entry(
                    "tmpfs",
                    List.of("/run", "/data", "[\"/tmp/x:size=1m\", /scratch]", "[\"/s:mode=1777,size=65536\"]")),
            Map.entry("tty", List.of("true")),
            Map.entry("ulimits", List.of("{nofile: 1000}", "{nproc: {soft: 100, hard: 200}, core: 0}")),
            Map.entry("user", List.of("\"1000\"", "\"1000:1000\"", "root", "\"0:0\"")),
            Map.entry("userns_mode", List.of("host")),
            Map.entry("uts", List.of("host")),
            Map.entry("working_dir", List.of("/tmp", "/made/here"))));

    /** Mounts that name nothing else of the project; each has a target of its own. */
    static final List<String> MOUNTS = List.of(
            "/anonymous",
            "/data",
            "\"./bound:/data:ro\"",
            "\"./bound:/bound\"",
            "\"./bound/deep:/bound-ro:ro\"",
            "\"/dev/shm:/shm\"",
            "\"/tmp:/host-tmp:ro\"",
            "{type: tmpfs, target: /quick, tmpfs: {size: 1m}}",
            "{type: bind, source: ./long, target: /long, read_only: true, bind: {create_host_path: true}}",
            "{type: volume, target: /nameless}");

    static final Map<String, List<String>> HOW = Map.of(
            "networks",
            List.of(
                    "{}",
                    "null",
                    "{aliases: [a-NUMBER, shared]}",
                    "{priority: 100}",
                    "{link_local_ips: [169.254.8.NUMBER]}",
                    "{aliases: [b-NUMBER], driver_opts: {a: b}}",
                    "{ipv4_address: FIXED}"),
            "volumes",
            List.of("", "read_only: true", "volume: {nocopy: true}"),
            "configs",
            List.of(
                    "",
                    "target: /etc/app.conf",
                    "target: /c/NAME, mode: 0440",
                    "uid: \"1000\", gid: \"1000\", mode: 0400"),
            "secrets",
            List.of("", "target: app-NAME", "target: /elsewhere/NAME"));

    static final Map<String, List<String>> OBJECTS = Map.of(
            "networks",
            List.of(
                    "{}",
                    "null",
                    "{internal: true}",
                    "{driver: bridge, attachable: true}",
                    "{driver_opts: {com.docker.network.bridge.enable_icc: \"false\"}}",
                    "{driver_opts: {com.docker.network.driver.mtu: 1400}}",
                    "{labels: {x: y}}",
                    "{name: PROJECT-net-NUMBER}",
                    "{ipam: {config: [{subnet: SUBNET.0/27}]}}",
                    "{ipam: {driver: default, config: [{subnet: SUBNET.0/27, gateway: SUBNET.30, ip_range: SUBNET.16/28}]}}",
                    "{enable_ipv6: true, ipam: {config: [{subnet: SUBNET.0/27}, {subnet: \"SIX::/64\"}]}}"),
            "volumes",
            List.of(
                    "{}",
                    "null",
                    "{labels: {a: b}}",
                    "{driver: local, driver_opts: {type: tmpfs, device: tmpfs}}",
                    "{name: PROJECT-vol-NUMBER}"),
            "configs",
            List.of(
                    "{file: ./files/one}",
                    "{file: ./files/two}",
                    "{content: \"some text\"}",
                    "{content: \"a $$other\\ntext\\n\"}"),
            "secrets",
            List.of("{file: ./files/one}", "{file: ./files/three}", "{file: ./files/two, labels: {a: b}}"));

    private ProjectValues() {}
}
