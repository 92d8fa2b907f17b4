package io.wherry.hub.render.compose;

import static io.wherry.hub.render.compose.Form.ANY;
import static io.wherry.hub.render.compose.Form.ATOM;
import static io.wherry.hub.render.compose.Form.BOOL;
import static io.wherry.hub.render.compose.Form.BYTES;
import static io.wherry.hub.render.compose.Form.DURATION;
import static io.wherry.hub.render.compose.Form.FIELDS;
import static io.wherry.hub.render.compose.Form.INT;
import static io.wherry.hub.render.compose.Form.LIST;
import static io.wherry.hub.render.compose.Form.MODE;
import static io.wherry.hub.render.compose.Form.NULL;
import static io.wherry.hub.render.compose.Form.NUMBER;
import static io.wherry.hub.render.compose.Form.TEXT;
import static io.wherry.hub.render.compose.Use.CARRIED;
import static io.wherry.hub.render.compose.Use.DROPPED;
import static io.wherry.hub.render.compose.Use.HUB;
import static io.wherry.hub.render.compose.Use.LATE;

import java.util.List;

/** The rows of a service that the hub or the agent carries out. */
final class ServiceAttributes {
    private static final String S = "services.*.";

    static final List<Attribute> ROWS = List.of(
            Attribute.of(S + "build", DROPPED, TEXT, FIELDS)
                    .merging(Merging.REPLACE)
                    .note("beside image: images are built before they are deployed; build alone is refused"),
            Attribute.of(S + "cap_add", CARRIED, LIST),
            Attribute.of(S + "cap_add[]", CARRIED, TEXT),
            Attribute.of(S + "cap_drop", CARRIED, LIST),
            Attribute.of(S + "cap_drop[]", CARRIED, TEXT),
            Attribute.of(S + "command", CARRIED, TEXT, LIST, NULL)
                    .merging(Merging.REPLACE)
                    .kept(),
            Attribute.of(S + "command[]", LATE, TEXT),
            Attribute.of(S + "configs", CARRIED, LIST).merging(Merging.KEYED),
            Attribute.of(S + "configs[]", CARRIED, TEXT, FIELDS),
            Attribute.of(S + "configs[].source", CARRIED, TEXT),
            Attribute.of(S + "configs[].target", CARRIED, TEXT),
            Attribute.of(S + "configs[].uid", CARRIED, TEXT),
            Attribute.of(S + "configs[].gid", CARRIED, TEXT),
            Attribute.of(S + "configs[].mode", CARRIED, MODE),
            Attribute.of(S + "container_name", CARRIED, TEXT),
            Attribute.of(S + "cpus", CARRIED, NUMBER),
            Attribute.of(S + "depends_on", CARRIED, LIST, FIELDS),
            Attribute.of(S + "depends_on[]", CARRIED, TEXT),
            Attribute.of(S + "depends_on.*", CARRIED, FIELDS),
            Attribute.of(S + "depends_on.*.condition", CARRIED, TEXT)
                    .words("service_started", "service_healthy", "service_completed_successfully"),
            Attribute.of(S + "depends_on.*.restart", CARRIED, BOOL),
            Attribute.of(S + "depends_on.*.required", CARRIED, BOOL).kept(),
            Attribute.of(S + "deploy", CARRIED, FIELDS, NULL),
            Attribute.of(S + "develop", DROPPED, FIELDS, NULL)
                    .merging(Merging.REPLACE)
                    .note("for docker compose watch; up does not look at it either"),
            Attribute.of(S + "dns", CARRIED, TEXT, LIST),
            Attribute.of(S + "dns[]", LATE, TEXT),
            Attribute.of(S + "domainname", LATE, TEXT),
            Attribute.of(S + "entrypoint", CARRIED, TEXT, LIST, NULL)
                    .merging(Merging.REPLACE)
                    .kept(),
            Attribute.of(S + "entrypoint[]", LATE, TEXT),
            Attribute.of(S + "env_file", HUB, TEXT, LIST)
                    .merging(Merging.KEYED)
                    .note("read at the hub into environment; outside of the project directory is fine, outside of"
                            + " the repository is refused"),
            Attribute.of(S + "env_file[]", HUB, TEXT, FIELDS),
            Attribute.of(S + "env_file[].path", HUB, TEXT),
            Attribute.of(S + "env_file[].required", HUB, BOOL).kept(),
            Attribute.of(S + "env_file[].format", HUB, TEXT)
                    .words("raw")
                    .note("raw: values as they stand, without quotes, escapes and variables"),
            Attribute.of(S + "environment", CARRIED, LIST, FIELDS, NULL),
            Attribute.of(S + "environment.*", LATE, ANY, NULL).kept(),
            Attribute.of(S + "environment[]", LATE, TEXT),
            Attribute.of(S + "expose", CARRIED, LIST),
            Attribute.of(S + "expose[]", CARRIED, ATOM),
            Attribute.of(S + "extends", HUB, TEXT, FIELDS)
                    .merging(Merging.REPLACE)
                    .note("a service of the same file, or of another of the repository"),
            Attribute.of(S + "extends.service", HUB, TEXT),
            Attribute.of(S + "extends.file", HUB, TEXT, NULL),
            Attribute.of(S + "extra_hosts", CARRIED, LIST, FIELDS).merging(Merging.UNION),
            Attribute.of(S + "extra_hosts[]", LATE, TEXT),
            Attribute.of(S + "extra_hosts.*", LATE, TEXT, LIST),
            Attribute.of(S + "extra_hosts.*[]", LATE, TEXT),
            Attribute.of(S + "group_add", CARRIED, LIST).merging(Merging.APPEND),
            Attribute.of(S + "group_add[]", LATE, ATOM),
            Attribute.of(S + "healthcheck", CARRIED, FIELDS, NULL).kept(),
            Attribute.of(S + "healthcheck.test", CARRIED, TEXT, LIST).merging(Merging.REPLACE),
            Attribute.of(S + "healthcheck.test[]", LATE, TEXT),
            Attribute.of(S + "healthcheck.disable", CARRIED, BOOL),
            Attribute.of(S + "healthcheck.interval", CARRIED, DURATION).kept(),
            Attribute.of(S + "healthcheck.timeout", CARRIED, DURATION).kept(),
            Attribute.of(S + "healthcheck.retries", CARRIED, INT).kept(),
            Attribute.of(S + "healthcheck.start_period", CARRIED, DURATION).kept(),
            Attribute.of(S + "healthcheck.start_interval", CARRIED, DURATION)
                    .kept()
                    .note("engines before 25 know none: they probe at interval"),
            Attribute.of(S + "hostname", LATE, TEXT),
            Attribute.of(S + "image", CARRIED, TEXT).note("required"),
            Attribute.of(S + "init", CARRIED, BOOL).kept(),
            Attribute.of(S + "label_file", HUB, TEXT, LIST)
                    .merging(Merging.ALL)
                    .note("read at the hub into labels; may lie anywhere in the repository"),
            Attribute.of(S + "label_file[]", HUB, TEXT),
            Attribute.of(S + "labels", CARRIED, LIST, FIELDS),
            Attribute.of(S + "labels.*", LATE, ANY, NULL).kept(),
            Attribute.of(S + "labels[]", LATE, TEXT),
            Attribute.of(S + "logging", CARRIED, FIELDS).merging(Merging.DRIVER).kept(),
            Attribute.of(S + "logging.driver", CARRIED, TEXT),
            Attribute.of(S + "logging.options", CARRIED, FIELDS),
            Attribute.of(S + "logging.options.*", LATE, ATOM, NULL).kept(),
            Attribute.of(S + "mem_limit", CARRIED, BYTES),
            Attribute.of(S + "network_mode", CARRIED, TEXT)
                    .note("none, host, bridge, service:NAME or container:NAME; a site's policy judges it"),
            Attribute.of(S + "networks", CARRIED, LIST, FIELDS),
            Attribute.of(S + "networks[]", CARRIED, TEXT),
            Attribute.of(S + "networks.*", CARRIED, FIELDS, NULL).kept(),
            Attribute.of(S + "networks.*.aliases", CARRIED, LIST),
            Attribute.of(S + "networks.*.aliases[]", LATE, TEXT),
            Attribute.of(S + "networks.*.ipv4_address", LATE, TEXT),
            Attribute.of(S + "networks.*.ipv6_address", LATE, TEXT),
            Attribute.of(S + "networks.*.link_local_ips", CARRIED, LIST),
            Attribute.of(S + "networks.*.link_local_ips[]", LATE, TEXT),
            Attribute.of(S + "networks.*.mac_address", LATE, TEXT),
            Attribute.of(S + "networks.*.driver_opts", CARRIED, FIELDS),
            Attribute.of(S + "networks.*.driver_opts.*", LATE, ATOM).kept(),
            Attribute.of(S + "networks.*.priority", CARRIED, INT),
            Attribute.of(S + "networks.*.gw_priority", CARRIED, INT).note("needs an engine of version 28 or newer"),
            Attribute.of(S + "networks.*.interface_name", CARRIED, TEXT)
                    .note("needs an engine of version 28.1 or newer"),
            Attribute.of(S + "platform", CARRIED, TEXT)
                    .note("OS/ARCHITECTURE or OS/ARCHITECTURE/VARIANT, like linux/arm64; one image has one platform"
                            + " on an engine"),
            Attribute.of(S + "ports", CARRIED, LIST).merging(Merging.KEYED),
            Attribute.of(S + "ports[]", CARRIED, ATOM, FIELDS),
            Attribute.of(S + "ports[].target", CARRIED, INT),
            Attribute.of(S + "ports[].published", CARRIED, ATOM),
            Attribute.of(S + "ports[].host_ip", CARRIED, TEXT),
            Attribute.of(S + "ports[].protocol", CARRIED, TEXT).words("tcp", "udp", "sctp"),
            Attribute.of(S + "ports[].mode", CARRIED, TEXT).words("ingress", "host"),
            Attribute.of(S + "ports[].name", CARRIED, TEXT),
            Attribute.of(S + "ports[].app_protocol", CARRIED, TEXT),
            Attribute.of(S + "privileged", CARRIED, BOOL),
            Attribute.of(S + "profiles", HUB, LIST),
            Attribute.of(S + "profiles[]", HUB, TEXT),
            Attribute.of(S + "pull_policy", CARRIED, TEXT)
                    .note(
                            "always, never, missing, if_not_present, refresh (the same), daily, weekly, every_12h and the like:"
                                    + " asked for once a release"),
            Attribute.of(S + "read_only", CARRIED, BOOL),
            Attribute.of(S + "restart", CARRIED, TEXT)
                    .note("no, always, unless-stopped, on-failure or on-failure:COUNT"),
            Attribute.of(S + "scale", CARRIED, INT).kept(),
            Attribute.of(S + "secrets", CARRIED, LIST).merging(Merging.KEYED),
            Attribute.of(S + "secrets[]", CARRIED, TEXT, FIELDS),
            Attribute.of(S + "secrets[].source", CARRIED, TEXT),
            Attribute.of(S + "secrets[].target", CARRIED, TEXT),
            Attribute.of(S + "secrets[].uid", CARRIED, TEXT),
            Attribute.of(S + "secrets[].gid", CARRIED, TEXT),
            Attribute.of(S + "secrets[].mode", CARRIED, MODE),
            Attribute.of(S + "security_opt", CARRIED, LIST)
                    .merging(Merging.APPEND)
                    .note("the file of seccomp=FILE is read at the hub; a site's policy judges it"),
            Attribute.of(S + "security_opt[]", CARRIED, TEXT),
            Attribute.of(S + "shm_size", CARRIED, BYTES),
            Attribute.of(S + "stdin_open", CARRIED, BOOL),
            Attribute.of(S + "stop_grace_period", CARRIED, DURATION).kept(),
            Attribute.of(S + "stop_signal", CARRIED, TEXT),
            Attribute.of(S + "sysctls", CARRIED, LIST, FIELDS),
            Attribute.of(S + "sysctls.*", LATE, ANY, NULL).kept(),
            Attribute.of(S + "sysctls[]", LATE, TEXT),
            Attribute.of(S + "tmpfs", CARRIED, TEXT, LIST),
            Attribute.of(S + "tmpfs[]", CARRIED, TEXT),
            Attribute.of(S + "tty", CARRIED, BOOL),
            Attribute.of(S + "ulimits", CARRIED, FIELDS),
            Attribute.of(S + "ulimits.*", CARRIED, INT, FIELDS).kept(),
            Attribute.of(S + "ulimits.*.soft", CARRIED, INT),
            Attribute.of(S + "ulimits.*.hard", CARRIED, INT),
            Attribute.of(S + "user", LATE, TEXT),
            Attribute.of(S + "volumes", CARRIED, LIST).merging(Merging.KEYED),
            Attribute.of(S + "volumes[]", CARRIED, TEXT, FIELDS),
            Attribute.of(S + "volumes[].type", CARRIED, TEXT)
                    .words("bind", "volume", "tmpfs", "image")
                    .note("image needs an engine of version 28 or newer, and is refused in a swarm"),
            Attribute.of(S + "volumes[].source", CARRIED, TEXT),
            Attribute.of(S + "volumes[].target", CARRIED, TEXT),
            Attribute.of(S + "volumes[].read_only", CARRIED, BOOL),
            Attribute.of(S + "volumes[].consistency", CARRIED, TEXT).note("without effect on Linux, as with Compose"),
            Attribute.of(S + "volumes[].bind", CARRIED, FIELDS).kept(),
            Attribute.of(S + "volumes[].bind.propagation", CARRIED, TEXT)
                    .words("private", "rprivate", "shared", "rshared", "slave", "rslave"),
            Attribute.of(S + "volumes[].bind.create_host_path", CARRIED, BOOL),
            Attribute.of(S + "volumes[].bind.selinux", CARRIED, TEXT).words("z", "Z"),
            Attribute.of(S + "volumes[].bind.recursive", CARRIED, TEXT)
                    .words("enabled", "disabled", "writable", "readonly")
                    .note("writable and readonly need an engine of version 25 or newer"),
            Attribute.of(S + "volumes[].volume", CARRIED, FIELDS).kept(),
            Attribute.of(S + "volumes[].volume.nocopy", CARRIED, BOOL),
            Attribute.of(S + "volumes[].volume.subpath", CARRIED, TEXT).note("needs an engine of version 26 or newer"),
            Attribute.of(S + "volumes[].volume.labels", CARRIED, LIST, FIELDS),
            Attribute.of(S + "volumes[].volume.labels.*", LATE, ANY, NULL).kept(),
            Attribute.of(S + "volumes[].volume.labels[]", LATE, TEXT),
            Attribute.of(S + "volumes[].tmpfs", CARRIED, FIELDS).kept(),
            Attribute.of(S + "volumes[].tmpfs.size", CARRIED, BYTES),
            Attribute.of(S + "volumes[].tmpfs.mode", CARRIED, INT),
            Attribute.of(S + "volumes[].image", CARRIED, FIELDS).kept(),
            Attribute.of(S + "volumes[].image.subpath", CARRIED, TEXT),
            Attribute.of(S + "working_dir", CARRIED, TEXT));

    private ServiceAttributes() {}
}
