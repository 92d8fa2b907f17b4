package io.wherry.contract.policy;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Judges a Compose model, in the shape that the agent carries out, by a site's policy. Whatever it says of the host is looked at. */
public final class ComposePolicy {
    private static final Set<String> SOCKETS =
            Set.of("/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock");
    /** Kernel settings that belong to the container's own namespaces. */
    private static final List<String> OWN_SYSCTLS =
            List.of("net.", "kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.");

    private static final Set<String> OWN_RUNTIMES = Set.of("runc", "io.containerd.runc.v2");
    /** Behind the host's own addresses and packet filter: {@code macvlan}, {@code ipvlan} and what plugins bring are not. */
    private static final Set<String> OWN_NETWORKS = Set.of("", "default", "bridge");

    private static final Set<String> SHARING = Set.of("shared", "rshared");

    private static final String CONTAINER = "container:";

    /** Systemd's properties by runc, crun's handlers and hooks, paths of programs by Kata Containers, overlays by gVisor. */
    private static final List<String> ORDERS =
            List.of("org.systemd.property.", "run.oci.", "io.katacontainers.", "dev.gvisor.");

    /** File systems that a local volume may be of without naming a path of the host. */
    private static final Set<String> NO_HOST_PATH = Set.of("tmpfs", "nfs", "nfs4", "cifs");

    private final WorkloadPolicy policy;
    private final Site site;
    private final UnaryOperator<String> naming;
    private final List<Violation> found = new ArrayList<>();

    /**
     * What is known of the site.
     *
     * @param stateFolder the agent's; absolute
     * @param engine      the engine's socket; absolute
     * @param real        a path of the host with its links followed, as far as it exists: a folder that may be mounted can hold a link to one that may not
     */
    public record Site(String stateFolder, String engine, UnaryOperator<String> real) {
        /** Where only the files are known, as at the hub: paths are taken as they are written. */
        public static final Site UNKNOWN =
                new Site("/var/lib/wherry-agent", "/var/run/docker.sock", UnaryOperator.identity());
    }

    private ComposePolicy(WorkloadPolicy policy, Site site, UnaryOperator<String> naming) {
        this.policy = policy;
        this.site = site;
        this.naming = naming;
    }

    /** Everything in the model that the policy does not allow, in the order of services. */
    public static List<Violation> violations(WorkloadPolicy policy, Json.Obj model, Site site) {
        return violations(policy, model, site, name -> "service " + name);
    }

    /** @param naming what people know a service as */
    static List<Violation> violations(WorkloadPolicy policy, Json.Obj model, Site site, UnaryOperator<String> naming) {
        ComposePolicy judge = new ComposePolicy(policy, site, naming);
        judge.model(model);
        return List.copyOf(judge.found);
    }

    private void model(Json.Obj model) {
        section(model, "services").fields().forEach((name, value) -> {
            if (value instanceof Json.Obj service) {
                service(naming.apply(name), service, section(model, "networks"));
            }
        });
        section(model, "volumes").fields().forEach((name, value) -> {
            if (value instanceof Json.Obj volume) {
                volume("volume " + name, volume);
            }
        });
        section(model, "networks").fields().forEach((name, value) -> {
            if (value instanceof Json.Obj network
                    && !network.boolOr("external", false)) { // else the site made it itself
                text(network, "driver")
                        .filter(driver -> !OWN_NETWORKS.contains(driver))
                        .ifPresent(
                                driver -> refuse(Rule.NETWORK_DRIVER, "network " + name + " is of driver " + driver));
            }
        });
        for (String kind : List.of("configs", "secrets")) {
            section(model, kind).fields().forEach((name, value) -> text(value, "file")
                    .ifPresent(file -> hostPath(kind.substring(0, kind.length() - 1) + " " + name, file, true)));
        }
    }

    private void service(String who, Json.Obj service, Json.Obj networks) {
        if (service.boolOr("privileged", false)) {
            refuse(Rule.PRIVILEGED, who + " asks to be privileged");
        }
        for (String hooks : List.of("post_start", "pre_stop")) {
            if (objects(service, hooks).stream().anyMatch(hook -> hook.boolOr("privileged", false))) {
                refuse(Rule.PRIVILEGED, who + " asks for a privileged command in " + hooks);
            }
        }
        namespace(who, service, "network_mode", Rule.HOST_NETWORK);
        namespace(who, service, "pid", Rule.HOST_PID);
        namespace(who, service, "ipc", Rule.HOST_IPC);
        namespace(who, service, "uts", Rule.HOST_UTS);
        namespace(who, service, "userns_mode", Rule.HOST_USERNS);
        namespace(who, service, "cgroup", Rule.HOST_CGROUP);
        otherContainers(who, service);
        section(service, "networks").fields().keySet().stream()
                .filter(name ->
                        text(section(networks, name), "name").orElse(name).equals("host"))
                .forEach(name -> refuse(Rule.HOST_NETWORK, who + " is on the network host"));
        texts(service, "cap_add").forEach(capability -> capability(who, capability));
        texts(service, "security_opt").forEach(option -> confinement(who, option));
        section(service, "sysctls").fields().keySet().forEach(name -> sysctl(who, name));
        text(service, "runtime")
                .filter(runtime -> !OWN_RUNTIMES.contains(runtime))
                .ifPresent(runtime -> refuse(Rule.RUNTIME, who + " asks for the runtime " + runtime));
        text(service, "cgroup_parent")
                .filter(parent -> !parent.isEmpty())
                .ifPresent(parent -> refuse(Rule.CGROUP_PARENT, who + " asks for the parent " + parent));
        devices(who, service);
        section(service, "annotations").fields().keySet().stream()
                .filter(name -> ORDERS.stream().anyMatch(name::startsWith))
                .forEach(name -> refuse(Rule.ANNOTATION, who + " has the annotation " + name));
        memory(who, service);
        objects(service, "volumes").forEach(mount -> mount(who, mount));
    }

    private void namespace(String who, Json.Obj service, String key, Rule rule) {
        if (text(service, key).filter("host"::equals).isPresent()) {
            refuse(rule, who + " asks for " + key + " host");
        }
    }

    /** What belongs to containers of other stacks, or of nobody. Those of this stack are judged by themselves. */
    private void otherContainers(String who, Json.Obj service) {
        container(who, service, "network_mode", Rule.CONTAINER_NETWORK);
        container(who, service, "ipc", Rule.CONTAINER_IPC);
        container(who, service, "pid", Rule.CONTAINER_PID);
        texts(service, "volumes_from").stream()
                .filter(from -> from.startsWith(CONTAINER))
                .forEach(from -> refuse(Rule.CONTAINER_VOLUMES, who + " mounts the volumes of " + from));
        texts(service, "external_links").forEach(link -> refuse(Rule.CONTAINER_LINK, who + " links " + link));
    }

    private void container(String who, Json.Obj service, String key, Rule rule) {
        text(service, key)
                .filter(mode -> mode.startsWith(CONTAINER))
                .ifPresent(mode -> refuse(rule, who + " asks for " + key + " " + mode));
    }

    private void devices(String who, Json.Obj service) {
        objects(service, "devices").forEach(device -> device(who, device));
        texts(service, "device_cgroup_rules")
                .forEach(rule -> refuse(Rule.DEVICE_RULE, who + " asks for the device rule " + rule));
        Json.Obj reservations = section(section(section(service, "deploy"), "resources"), "reservations");
        if (!objects(service, "gpus").isEmpty()) {
            refuse(Rule.DEVICE_REQUEST, who + " asks for gpus");
        }
        if (!objects(reservations, "devices").isEmpty()) {
            refuse(Rule.DEVICE_REQUEST, who + " reserves devices");
        }
    }

    private void memory(String who, Json.Obj service) {
        if (service.boolOr("oom_kill_disable", false)) {
            refuse(Rule.OOM, who + " asks for oom_kill_disable");
        }
        if (service.find("oom_score_adj").orElse(null) instanceof Json.Int(long score) && score < 0) {
            refuse(Rule.OOM, who + " asks for oom_score_adj " + score);
        }
    }

    private void capability(String who, String asked) {
        String name = asked.toUpperCase(Locale.ROOT).replaceFirst("^CAP_", "");
        if (!policy.preset().capabilities().contains(name)
                && !policy.capabilities().contains(name)) {
            refuse(Rule.CAPABILITY, who + " adds " + name, "policy.capabilities: [" + name + "]");
        }
    }

    /** {@code seccomp=unconfined}, {@code apparmor:unconfined}, {@code systempaths=unconfined}; {@code label=disable}, or another type of process. */
    private void confinement(String who, String option) {
        String plain = option.replace(':', '=');
        if (plain.endsWith("=unconfined") || plain.equals("label=disable") || plain.startsWith("label=type=")) {
            refuse(Rule.UNCONFINED, who + " asks for security_opt " + option);
        } else if (plain.startsWith("seccomp=") && !plain.equals("seccomp=builtin")) {
            refuse(Rule.UNCONFINED, who + " brings a seccomp profile of its own, which may allow every call");
        }
    }

    private void sysctl(String who, String name) {
        if (OWN_SYSCTLS.stream().noneMatch(name::startsWith)) {
            refuse(Rule.SYSCTL, who + " sets " + name);
        }
    }

    private void device(String who, Json.Obj device) {
        String source = text(device, "source").orElse("");
        boolean allowed = policy.preset().devices().stream().anyMatch(pattern -> matches(pattern, source))
                || policy.devices().stream().anyMatch(pattern -> matches(pattern, source));
        if (!allowed) {
            refuse(Rule.DEVICE, who + " uses " + source, "policy.devices: [" + source + "]");
        }
    }

    private static boolean matches(String pattern, String path) {
        StringBuilder regex = new StringBuilder();
        for (String part : pattern.splitWithDelimiters("\\*", 0)) {
            regex.append(part.equals("*") ? "[^/]*" : java.util.regex.Pattern.quote(part));
        }
        // The last part too: a folder as a device stands for all the devices in it.
        return path.matches(regex.toString()) && !List.of(path.split("/", -1)).contains("..");
    }

    private void mount(String who, Json.Obj mount) {
        if (!text(mount, "type").orElse("").equals("bind")) {
            return;
        }
        hostPath(who, text(mount, "source").orElse(""), mount.boolOr("read_only", false));
        text(section(mount, "bind"), "propagation")
                .filter(SHARING::contains)
                .ifPresent(how -> refuse(Rule.PROPAGATION, who + " mounts " + how));
    }

    /** A volume of the driver {@code local} can be a bind mount by another name; other drivers do what their options say. */
    private void volume(String who, Json.Obj volume) {
        if (volume.boolOr("external", false)) {
            return; // the site made it itself
        }
        text(volume, "driver")
                .filter(driver -> !driver.equals("local"))
                .ifPresent(driver -> refuse(Rule.VOLUME_DRIVER, who + " is of driver " + driver));
        Json.Obj options = section(volume, "driver_opts");
        List<String> words = List.of(text(options, "o").orElse("").split(","));
        boolean readOnly = words.contains("ro");
        String type = text(options, "type").orElse("");
        text(options, "device")
                .filter(device -> device.startsWith("/") || !(type.equals("overlay") || NO_HOST_PATH.contains(type)))
                .ifPresent(device -> hostPath(who, absolute(device), readOnly));
        // Of an overlay the folders stand in its options, the lower ones with colons between.
        for (String word : words) {
            if (word.matches("(lowerdir|upperdir|workdir)\\+?=.*")) {
                for (String folder : word.substring(word.indexOf('=') + 1).split(":")) {
                    hostPath(who, absolute(folder), readOnly || word.startsWith("lowerdir"));
                }
            }
        }
    }

    /** The engine mounts what is not absolute below its own working directory, which is the root. */
    private static String absolute(String path) {
        return path.startsWith("/") ? path : "/" + path;
    }

    private void hostPath(String who, String written, boolean readOnly) {
        if (!written.startsWith("/")) {
            return; // below the project folder: the runtime lets no path leave it
        }
        String path = site.real().apply(normal(written));
        String shown = path.equals(written) ? path : written + " (" + path + ")";
        if (SOCKETS.stream().anyMatch(socket -> within(socket, path)) || within(site.engine(), path)) {
            refuse(Rule.DOCKER_SOCKET, who + " mounts " + shown);
        }
        if (within(path, site.stateFolder()) || within(site.stateFolder(), path)) {
            refuse(Rule.AGENT_STATE, who + " mounts " + shown);
        }
        boolean allowed = policy.preset().hostPaths().stream().anyMatch(folder -> within(path, folder))
                || policy.hostPaths().stream().anyMatch(folder -> within(path, folder))
                || (readOnly && policy.preset().readablePaths().stream().anyMatch(folder -> within(path, folder)));
        if (!allowed) {
            refuse(
                    Rule.HOST_PATH,
                    who + " mounts " + shown + (readOnly ? " to read" : ""),
                    "policy.hostPaths: [" + path + "]");
        }
    }

    private static boolean within(String path, String folder) {
        return folder.equals("/") || path.equals(folder) || path.startsWith(folder + "/");
    }

    private static String normal(String path) {
        return java.nio.file.Path.of(path).normalize().toString();
    }

    private void refuse(Rule rule, String what) {
        refuse(rule, what, "policy.allow: [" + rule.word() + "]");
    }

    private void refuse(Rule rule, String what, String key) {
        if (!policy.allowed().contains(rule)) {
            found.add(new Violation(
                    rule,
                    what + ", " + rule.words() + "; preset " + policy.preset().word()
                            + " does not allow that (this site would by " + key + " in its agent.yaml)"));
        }
    }

    private static Json.Obj section(Json.Obj object, String key) {
        return object.find(key)
                .filter(Json.Obj.class::isInstance)
                .map(Json.Obj.class::cast)
                .orElse(Json.object().build());
    }

    private static Optional<String> text(Json object, String key) {
        return object instanceof Json.Obj fields && fields.find(key).orElse(null) instanceof Json.Str(String value)
                ? Optional.of(value)
                : Optional.empty();
    }

    private static List<String> texts(Json.Obj object, String key) {
        List<String> texts = new ArrayList<>();
        if (object.find(key).orElse(null) instanceof Json.Arr(List<Json> items)) {
            items.forEach(item -> texts.add(item instanceof Json.Str(String value) ? value : item.toString()));
        }
        return texts;
    }

    private static List<Json.Obj> objects(Json.Obj object, String key) {
        List<Json.Obj> objects = new ArrayList<>();
        if (object.find(key).orElse(null) instanceof Json.Arr(List<Json> items)) {
            items.stream()
                    .filter(Json.Obj.class::isInstance)
                    .map(Json.Obj.class::cast)
                    .forEach(objects::add);
        }
        return objects;
    }
}
