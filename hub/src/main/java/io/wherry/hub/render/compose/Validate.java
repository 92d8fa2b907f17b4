package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Fields;
import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlNode;
import io.wherry.contract.PullAge;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;

/** Step 11b: what one attribute says must agree with another, and with what an engine can do. */
final class Validate {
    /** 500 services: ten times the largest stack of the tests; an agent walks them one by one. */
    static final int MAX_SERVICES = 500;

    /** 100 containers of one service on one engine. */
    static final int MAX_REPLICAS = 100;

    /** Of the file of an external secret. */
    private static final long MAY_READ = 0444;

    /** The owner is the agent, which compares the file. */
    private static final long OWNER_READS = 0400;

    private static final List<String> PULL_POLICIES =
            List.of("always", "never", "missing", "if_not_present", "refresh", "daily", "weekly");

    private final Model model;
    private final Problems problems;
    private final Map<String, Position> containerNames = new HashMap<>();
    private final Map<String, String> platforms = new HashMap<>();

    Validate(Model model, Problems problems) {
        this.model = model;
        this.problems = problems;
    }

    void check() {
        if (model.services().isEmpty()) {
            problems.add(model.at(), "no service is left to run", "add one under services:, or enable a profile");
        }
        if (model.services().size() > MAX_SERVICES) {
            problems.add(model.at(), model.services().size() + " services are too many", "at most " + MAX_SERVICES);
        }
        model.services().forEach((name, service) -> service("services." + name, service));
        model.networks().forEach((name, network) -> external("networks." + name, network));
        model.volumes().forEach((name, volume) -> external("volumes." + name, volume));
        model.configs().forEach((name, config) -> content("configs." + name, config));
        model.volumes().forEach(this::device);
        model.secrets().forEach((name, secret) -> {
            if (Nodes.isTrue(secret, "external")) {
                external("secrets." + name, secret);
                credential(name, secret);
            } else {
                fileBased("secrets." + name, secret);
            }
        });
    }

    private void service(String label, YamlNode service) {
        if (Nodes.findText(service, "image").filter(image -> !image.isEmpty()).isEmpty()) {
            boolean build = Nodes.find(service, "build").isPresent();
            problems.add(
                    service.at(),
                    label + (build ? " is to be built and names no image" : " names no image"),
                    build ? "build and push it in your pipeline, and add image: NAME" : "add image: NAME");
        }
        networkMode(label, service);
        replicas(label, service);
        containerName(label, service);
        mounts(label, service);
        restart(label, service);
        healthcheck(label, service);
        ulimits(label, service);
        sealed(label, service);
        new ValidateGrants(label, service, model.configs(), problems).check();
        platform(label, service);
        pullPolicy(label, service);
        new ValidateHost(label, service, problems).check();
    }

    /** An engine keeps one image under one name, of one platform. */
    private void platform(String label, YamlNode service) {
        Optional<YamlNode> node = Nodes.find(service, "platform");
        String platform = node.map(Nodes::asText).orElse("");
        if (!platform.isEmpty() && !platform.matches("[a-z]+/[a-z0-9]+(/[a-z0-9]+)?")) {
            problems.add(
                    node.orElseThrow().at(),
                    label + ".platform: \"" + platform + "\" is no platform",
                    "write linux/amd64, linux/arm64, linux/arm/v7 or the like");
        }
        Nodes.findText(service, "image").ifPresent(image -> {
            String first = platforms.putIfAbsent(image, platform);
            if (first != null && !first.equals(platform)) {
                problems.add(
                        node.orElse(service).at(),
                        label + ": image " + image + " is wanted for another platform by another service",
                        "an engine keeps one of a name: give each its own tag");
            }
        });
    }

    private void pullPolicy(String label, YamlNode service) {
        Nodes.find(service, "pull_policy").ifPresent(node -> {
            String policy = Nodes.asText(node);
            if (!PULL_POLICIES.contains(policy) && PullAge.of(policy).isEmpty()) {
                problems.add(
                        node.at(),
                        label + ".pull_policy: \"" + policy + "\" is not known",
                        policy.equals("build")
                                ? "sites do not build: leave it out, and push the image in your pipeline"
                                : Fields.suggestion(policy, PULL_POLICIES) + ", or every_12h and the like");
            }
        });
    }

    private void networkMode(String label, YamlNode service) {
        Nodes.find(service, "network_mode").ifPresent(node -> {
            String mode = Nodes.asText(node);
            if (!mode.matches("none|host|bridge|(service|container):.+")) {
                problems.add(
                        node.at(),
                        label + ".network_mode: \"" + mode + "\" is not known",
                        "known: none, host, bridge, service:NAME, container:NAME");
            }
            if (!Nodes.fields(service, "networks").isEmpty()) {
                problems.add(node.at(), label + " has network_mode and networks", "keep one of them");
            }
        });
    }

    private void replicas(String label, YamlNode service) {
        Optional<YamlNode> scale = Nodes.find(service, "scale");
        Optional<YamlNode> replicas = Nodes.find(service, "deploy").flatMap(deploy -> Nodes.find(deploy, "replicas"));
        Optional<YamlNode> either = replicas.or(() -> scale);
        either.ifPresent(node -> {
            long count = Scalar.integer((YamlNode.Scalar) node).orElse(0L);
            if (count < 0 || count > MAX_REPLICAS) {
                problems.add(node.at(), label + ": " + count + " replicas", "0 to " + MAX_REPLICAS);
            } else if (count > 1) {
                Nodes.find(service, "container_name")
                        .ifPresent(name -> problems.add(
                                name.at(),
                                label + " has a container_name and " + count + " replicas",
                                "remove container_name: names are unique"));
            }
        });
        if (scale.isPresent()
                && replicas.isPresent()
                && !Nodes.asText(scale.get()).equals(Nodes.asText(replicas.get()))) {
            problems.add(scale.get().at(), label + ": scale and deploy.replicas differ", "keep one of them");
        }
    }

    private void containerName(String label, YamlNode service) {
        Nodes.find(service, "container_name").ifPresent(node -> {
            String name = Nodes.asText(node);
            if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]+")) {
                problems.add(
                        node.at(),
                        label + ".container_name: \"" + name + "\" is no name",
                        "two or more letters, digits, _, . and -");
            }
            Position first = containerNames.putIfAbsent(name, node.at());
            if (first != null) {
                problems.add(node.at(), label + ".container_name: \"" + name + "\" is taken", "first at " + first);
            }
        });
    }

    private void mounts(String label, YamlNode service) {
        Map<String, Position> targets = new LinkedHashMap<>();
        for (YamlNode mount : Nodes.items(service, "volumes")) {
            Nodes.findText(mount, "target").ifPresent(target -> targets.put(target, mount.at()));
        }
        for (YamlNode tmpfs : Nodes.items(service, "tmpfs")) {
            String target = Paths.clean(Nodes.asText(tmpfs).replaceFirst(":.*", ""));
            if (targets.putIfAbsent(target, tmpfs.at()) != null) {
                problems.add(
                        tmpfs.at(), label + ": " + target + " is mounted twice", "first at " + targets.get(target));
            }
        }
    }

    private void restart(String label, YamlNode service) {
        // Empty, as a variable without a value leaves it: as if it were not there.
        Nodes.find(service, "restart")
                .filter(node -> !Nodes.asText(node).isEmpty())
                .ifPresent(node -> {
                    if (!Nodes.asText(node).matches("no|always|unless-stopped|on-failure(:[0-9]{1,6})?")) {
                        problems.add(
                                node.at(),
                                label + ".restart: \"" + Nodes.asText(node) + "\" is not known",
                                "known: no, always, unless-stopped, on-failure, on-failure:COUNT");
                    }
                });
    }

    private void healthcheck(String label, YamlNode service) {
        Nodes.find(service, "healthcheck").ifPresent(check -> retries(label, check));
        Nodes.find(service, "healthcheck")
                .flatMap(check -> Nodes.find(check, "test"))
                .ifPresent(test -> {
                    List<YamlNode> items = Nodes.items(test);
                    if (items.isEmpty()
                            || !Set.of("NONE", "CMD", "CMD-SHELL").contains(Nodes.asText(items.getFirst()))) {
                        problems.add(
                                test.at(),
                                label + ".healthcheck.test begins with none of NONE, CMD, CMD-SHELL",
                                "write test: [\"CMD\", \"program\", …]");
                    }
                });
    }

    private void retries(String label, YamlNode check) {
        Nodes.find(check, "retries").ifPresent(node -> {
            if (Scalar.integer((YamlNode.Scalar) node).orElse(0L) < 0) {
                problems.add(
                        node.at(),
                        label + ".healthcheck.retries: " + Nodes.asText(node) + " is less than none",
                        "write 0 or more");
            }
        });
    }

    private void ulimits(String label, YamlNode service) {
        Nodes.fields(service, "ulimits").forEach((name, limit) -> {
            if (limit instanceof YamlNode.Mapping && !Nodes.map(limit).keySet().containsAll(Set.of("soft", "hard"))) {
                problems.add(limit.at(), label + ".ulimits." + name + " needs soft and hard", "or one number for both");
            }
        });
    }

    private void external(String label, YamlNode resource) {
        if (Nodes.isTrue(resource, "external")) {
            Set<String> more = new TreeSet<>(Nodes.map(resource).keySet());
            more.removeAll(Set.of("external", "name"));
            if (!more.isEmpty()) {
                problems.add(
                        resource.at(),
                        label + " is external and sets " + String.join(", ", more),
                        "an external one is not ours to configure");
            }
        }
    }

    /** The agent has no right to give files to other users: mode is all that it can do. */
    private void sealed(String label, YamlNode service) {
        for (YamlNode grant : Nodes.items(service, "secrets")) {
            boolean external = Nodes.findText(grant, "source")
                    .flatMap(source -> Optional.ofNullable(model.secrets().get(source)))
                    .filter(secret -> Nodes.isTrue(secret, "external"))
                    .isPresent();
            if (external) {
                for (String key : List.of("uid", "gid")) {
                    Nodes.find(grant, key)
                            .ifPresent(owner -> problems.add(
                                    owner.at(),
                                    label + ".secrets: " + key + " of an external secret cannot be carried out",
                                    "leave it out: the file is readable inside of the container for everybody,"
                                            + " or as mode says"));
                }
                Nodes.find(grant, "mode").ifPresent(mode -> Scalar.mode((YamlNode.Scalar) mode)
                        .filter(bits -> (bits & ~MAY_READ) != 0 || (bits & OWNER_READS) == 0)
                        .ifPresent(bits -> problems.add(
                                mode.at(),
                                label + ".secrets: mode 0" + Long.toOctalString(bits) + " of an external secret",
                                "0444, 0440, 0404 or 0400: it is mounted read-only")));
            }
        }
    }

    /** The name by which its value is kept at the hub. */
    private void credential(String name, YamlNode secret) {
        String credential = Nodes.findText(secret, "name").orElse(name);
        if (!credential.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
            problems.add(
                    secret.at(),
                    "secrets." + name + ": \"" + credential + "\" is no name of a credential",
                    "add name: CREDENTIAL (1 to 63 of a-z, 0-9 and -), made with wherry credential create CREDENTIAL"
                            + " --type secret");
        }
        if (!name.matches("[a-zA-Z0-9._-]{1,63}") || name.matches("\\.+")) {
            problems.add(
                    secret.at(), "secrets." + name + ": not a name for a file", "1 to 63 letters, digits, ., _ and -");
        }
    }

    /** Where the content comes from: one of three. */
    private void content(String label, YamlNode config) {
        SequencedMap<String, YamlNode> said = Nodes.map(config);
        said.keySet().retainAll(Set.of("file", "content", "environment"));
        if (said.isEmpty()) {
            problems.add(config.at(), label + " names no file", "add file: ./NAME, or content: TEXT");
        } else if (said.size() > 1) {
            problems.add(config.at(), label + " has " + String.join(" and ", said.keySet()), "keep one of them");
        } else if (!said.containsKey("file") && !label.matches("configs\\.(?!\\.+$)[a-zA-Z0-9._-]{1,128}")) {
            problems.add(config.at(), label + ": not a name for a file", "1 to 128 letters, digits, ., _ and -");
        } else {
            Nodes.findText(config, "file").filter(String::isEmpty).ifPresent(file -> fileBased(label, config));
        }
    }

    /** Compose makes it absolute; at a site nobody knows beforehand where that is. */
    private void device(String name, YamlNode volume) {
        Nodes.find(volume, "driver_opts")
                .filter(options ->
                        Nodes.findText(options, "o").filter("bind"::equals).isPresent())
                .flatMap(options -> Nodes.find(options, "device"))
                .filter(device -> !Nodes.asText(device).startsWith("/") && !SiteMark.isIn(Nodes.asText(device)))
                .ifPresent(device -> problems.add(
                        device.at(),
                        "volumes." + name + ".driver_opts.device: \"" + Nodes.asText(device) + "\" is relative",
                        "write an absolute path of the site, or a bind mount in the service"));
    }

    private void fileBased(String label, YamlNode resource) {
        if (Nodes.findText(resource, "file").filter(file -> !file.isEmpty()).isEmpty()) {
            problems.add(resource.at(), label + " names no file", "add file: ./NAME");
        }
    }
}
