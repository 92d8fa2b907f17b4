package io.wherry.agent;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Every key of {@code agent.yaml}, in the order of the reference page, which is generated from this table.
 *
 * <p>A flag wins over the environment variable, which wins over the file.
 */
enum Setting {
    NAME("name", "the host's name", "Name this agent asks for at join: a-z, 0-9 and -, at most 63 characters."),
    ENVIRONMENT(
            "environment",
            "",
            "Environment of the site, such as `production`. Fixed at join: policies and release keys hang on it, so a change means leave and join."),
    RUNTIME(
            "runtime",
            "docker",
            "What applies the stacks: `docker` or `kubernetes`. What runs stays on the one it was set up on."),
    DOCKER_HOST("docker.host", "unix:///var/run/docker.sock", "Where the Docker engine listens: a Unix socket."),
    FORMER_AGENTS(
            "docker.formerAgents",
            Form.LIST,
            "Agents that worked on this engine before and do not any more, each as messages name it, `DOMAIN/AGENT`: a list. What they left counts as started by"
                    + " people, and a stack with `compose.adopt: true` [takes it over](../how-to/adopt-what-runs.md#what-another-agent-left). One that does work there must never be named."),
    KUBECONFIG(
            "kubernetes.kubeconfig",
            "in a pod its service account, else `/etc/rancher/k3s/k3s.yaml`",
            "How the cluster is reached, for `runtime: kubernetes`: an absolute path of a kubeconfig."),
    CLUSTER_FORMER_AGENTS(
            "kubernetes.formerAgents",
            Form.LIST,
            "Agents that worked on this cluster before and do not any more, each as messages name it, `DOMAIN/AGENT`: a list. What they left belongs to nobody, and a"
                    + " stack with `kubernetes.adopt: true` [takes it over](../how-to/adopt-what-runs.md#what-another-agent-left-on-a-cluster). One that does work there must never be named."),
    IMAGES_FOLDER(
            "kubernetes.imagesFolder",
            "",
            "Where images that bundle files bring are put for the node, for `runtime: kubernetes`: an absolute path, on K3s `/var/lib/rancher/k3s/agent/images`."),
    CONTAINERD(
            "kubernetes.containerd",
            "",
            "The same by the node's containerd and its program `ctr`: a Unix socket, such as `unix:///run/containerd/containerd.sock`, on K3s"
                    + " `unix:///run/k3s/containerd/containerd.sock`. Not together with `kubernetes.imagesFolder`."),
    IMAGES_REGISTRY(
            "kubernetes.imagesRegistry",
            "",
            "The same by a registry of the site, from which every node pulls: `HOST`, `HOST:PORT` or `HOST:PORT/PATH`. Images keep path and version"
                    + " ([what nodes need for it](../how-to/carry-by-file.md#a-registry-of-the-site)). With `http://` before it for one that speaks no TLS. Not together with the two above."),
    IMAGES_REGISTRY_CA_FILE(
            "kubernetes.imagesRegistryCaFile",
            "the Java runtime's authorities",
            "PEM file with the CAs that may vouch for that registry's certificate, and no other: an absolute path."),
    IMAGES_REGISTRY_LOGIN_FILE(
            "kubernetes.imagesRegistryLoginFile",
            "",
            "File with the login for that registry, as `podman login --authfile FILE HOST` writes it: an absolute path, readable by the agent alone (mode 600)."),
    REGISTRY_MIRROR(
            "registryMirror",
            Form.MAP,
            "",
            "From where images of a registry are pulled instead, such as `{docker.io: mirror.example.org:5000}`: registry as in names of images to `HOST:PORT` or `HOST:PORT/PATH`."
                    + " The image keeps its name; one with a digest must have that digest. In the environment `docker.io=mirror.example.org:5000`, with commas between."),
    IMAGES_KEEP(
            "images.keep",
            "3",
            "How many images of a stack stay on the engine when nothing needs them any more, for each image name without its tag: the newest. 1 to 1000."),
    IMAGES_KEEP_FOR(
            "images.keepFor",
            "168h",
            "How long such an image stays after a generation was last staged with it. 0s to 365d. One goes when it is beyond both, and only if this agent pulled or loaded it."
                    + " What runs, a last good state or any container of the engine needs stays."),
    MODE(
            "hub.mode",
            "held",
            "How the agent asks for news. `held`: the hub keeps the answer back until there is some, so a change arrives at once."
                    + " `interval`: it asks every `hub.interval`. `timer`: a service manager starts `run --once`."),
    INTERVAL(
            "hub.interval",
            "60s",
            "Time between polls in mode `interval`, and after a held poll was broken. 1s to 24h."),
    HOLD_MAX(
            "hub.holdMax",
            "4m",
            "How long the hub may hold an answer, 10s to 10m. The agent halves it by itself while a middle box breaks longer ones."),
    CA_BUNDLE(
            "hub.caBundle",
            "",
            "PEM file with further CAs that may vouch for the hub's certificate: for a hub with a certificate of your own CA."),
    EXPORT(
            "export",
            "refuse",
            "`refuse` or `allow` operators of the hub to read what runs here as a Compose file, or the objects of a namespace, with the values of environment variables:"
                    + " `wherry export stack`."),
    LOGS(
            "logs",
            "allow",
            "`allow` or `refuse` operators of the hub to read log lines of the stacks: `wherry logs`. Values of the stacks' own secrets are taken out of them."
                    + " The last lines that the reason of an unhealthy stack quotes are not meant."),
    POLICY_PRESET(
            "policy.preset",
            "`baseline` where `environment` is `production`, else `compose`",
            "What stacks may ask of this host, whatever was signed: [workload-policy.md](workload-policy.md)."),
    POLICY_ALLOW("policy.allow", Form.LIST, "Rules that are not judged here, such as `host-network`: a list."),
    POLICY_HOST_PATHS(
            "policy.hostPaths",
            Form.LIST,
            "Further folders of this host that may be mounted: a list of absolute paths."),
    POLICY_CAPABILITIES(
            "policy.capabilities", Form.LIST, "Further capabilities that may be added, such as `SYS_TIME`: a list."),
    POLICY_DEVICES(
            "policy.devices",
            Form.LIST,
            "Further devices that may be used, `*` for any characters but a slash: a list of absolute paths."),
    CONTROL_SOCKET(
            "control.socket",
            "`/run/wherry-agent/control.sock` if that folder can be written and the state folder is the default one, else `control.sock` in the state folder",
            "Unix socket by which `wherry-agent status`, `sync` and `pause` speak to the daemon."),
    SECRETS_FOLDER(
            "secrets.folder",
            "/run/wherry-agent/secrets",
            "Where secrets that were sealed to this agent lie in the clear while something may need them: an absolute path on a tmpfs."),
    SECRETS_ON_DISK(
            "secrets.onDisk",
            "refuse",
            "`refuse` or `allow` a `secrets.folder` on a file system that is not in memory, where secrets stay after a power cut."),
    LOG_FORMAT("log.format", "text", "`text` or `json`, one record a line, on standard output."),
    LOG_LEVEL("log.level", "info", "`error`, `warning`, `info` or `debug`.");

    /** How its value is written in the file. */
    enum Form {
        TEXT,
        LIST,
        /** Of texts; as a list of {@code KEY=VALUE} further on. */
        MAP
    }

    private final String key;
    private final Form form;
    private final String absent;
    private final String meaning;

    Setting(String key, String absent, String meaning) {
        this(key, Form.TEXT, absent, meaning);
    }

    Setting(String key, Form form, String meaning) {
        this(key, form, "", meaning);
    }

    Setting(String key, Form form, String absent, String meaning) {
        this.key = key;
        this.form = form;
        this.absent = absent;
        this.meaning = meaning;
    }

    /** Whether it holds several values; in the environment they stand with commas between. */
    boolean several() {
        return form != Form.TEXT;
    }

    Form form() {
        return form;
    }

    /** As in the file: {@code hub.mode} is {@code mode} below {@code hub}. */
    String key() {
        return key;
    }

    /** The group it stands in; empty at the top. */
    String group() {
        int dot = key.indexOf('.');
        return dot < 0 ? "" : key.substring(0, dot);
    }

    /** Its name within the group. */
    String leaf() {
        return key.substring(key.indexOf('.') + 1);
    }

    /** What applies where it is absent; for people where it is no plain value. */
    String absent() {
        return absent;
    }

    String meaning() {
        return meaning;
    }

    /** {@code WHERRY_AGENT_HUB_HOLD_MAX} for {@code hub.holdMax}. */
    String variable() {
        return "WHERRY_AGENT_"
                + key.replace('.', '_').replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
    }

    static List<String> groups() {
        return Arrays.stream(values())
                .map(Setting::group)
                .filter(group -> !group.isEmpty())
                .distinct()
                .toList();
    }
}
