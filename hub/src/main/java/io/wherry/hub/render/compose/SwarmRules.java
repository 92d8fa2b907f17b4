package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlNode;
import io.wherry.hub.resource.ComposeSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Step 7c: what the stack's mode cannot carry out. Nothing that changes how a service runs is read over, as {@code docker stack deploy} does. */
final class SwarmRules {
    private static final Set<String> LOCAL_DRIVERS = Set.of("bridge", "host", "none", "null");

    private static final String CONSTRAINT = "\\s*[A-Za-z_][A-Za-z0-9_.-]+\\s*[!=]=\\s*[^=!]+";

    private final ComposeSpec.Mode mode;
    private final Problems problems;
    private final Problems warnings;

    SwarmRules(ComposeSpec.Mode mode, Problems problems, Problems warnings) {
        this.mode = mode;
        this.problems = problems;
        this.warnings = warnings;
    }

    void check(Model model) {
        switch (mode) {
            case CONTAINERS -> model.services().forEach(this::containers);
            case SWARM -> {
                Attributes.Node root = Attributes.root();
                model.services().forEach((name, service) -> {
                    walk(service, node(root, "services"), "services." + name);
                    service("services." + name, service);
                });
                model.networks().forEach((name, network) -> {
                    walk(network, node(root, "networks"), "networks." + name);
                    driver("networks." + name, network);
                });
            }
        }
    }

    private static Attributes.Node node(Attributes.Node root, String section) {
        return root.field(section).flatMap(all -> all.field("*")).orElseThrow();
    }

    private void containers(String name, YamlNode service) {
        Nodes.find(service, "deploy")
                .flatMap(deploy -> Nodes.find(deploy, "mode"))
                .filter(one -> !List.of("", "replicated").contains(Nodes.asText(one)))
                .ifPresent(one -> warnings.add(
                        one.at(),
                        "services." + name + ".deploy.mode: \"" + Nodes.asText(one) + "\" says nothing to one engine",
                        "it is read over, as by docker compose up; in a swarm it counts: compose.mode: swarm"));
    }

    private void walk(YamlNode node, Attributes.Node at, String label) {
        switch (node) {
            case YamlNode.Mapping _ ->
                Nodes.map(node).forEach((key, value) -> at.field(key)
                        .filter(below -> below.attribute().use().isCarried())
                        .ifPresent(below -> below(value, below, label + "." + key)));
            case YamlNode.Sequence sequence ->
                at.item().ifPresent(item -> sequence.items().forEach(one -> walk(one, item, label)));
            case YamlNode.Scalar _ -> {}
        }
    }

    private void below(YamlNode value, Attributes.Node at, String label) {
        if (isEmpty(value)) {
            return;
        }
        String path = at.attribute().path();
        switch (SwarmAttributes.of(path)) {
            case REFUSED ->
                problems.add(value.at(), label + " is not carried out in a swarm", SwarmAttributes.hint(path));
            case WARNED -> warnings.add(value.at(), label + " says nothing to a swarm", "it is read over");
            case CARRIED -> walk(value, at, label);
        }
    }

    private static boolean isEmpty(YamlNode value) {
        return switch (value) {
            case YamlNode.Mapping _ -> Nodes.map(value).isEmpty();
            case YamlNode.Sequence sequence -> sequence.items().isEmpty();
            case YamlNode.Scalar _ ->
                Nodes.asText(value).isEmpty() || Nodes.asText(value).equals("false");
        };
    }

    private void service(String label, YamlNode service) {
        dependencies(label, service);
        restart(label, service);
        deploy(label, Nodes.find(service, "deploy"));
        for (YamlNode mount : Nodes.items(service, "volumes")) {
            Nodes.find(mount, "type")
                    .filter(type -> Nodes.asText(type).equals("image"))
                    .ifPresent(type -> problems.add(
                            type.at(),
                            label + ".volumes: a swarm mounts no images",
                            "put the files into the service's own image"));
            Nodes.findText(mount, "source")
                    .filter(source ->
                            Nodes.findText(mount, "type").filter("bind"::equals).isPresent())
                    .filter(source -> !source.startsWith("/") && !SiteMark.isIn(source))
                    .ifPresent(source -> problems.add(
                            mount.at(),
                            label + ".volumes: \"" + source + "\" would lie on the disk of one node alone",
                            "write a config or a secret, or an absolute path that all nodes have"));
        }
        for (YamlNode port : Nodes.items(service, "ports")) {
            Nodes.find(port, "published")
                    .filter(published -> !Nodes.asText(published).matches("[0-9]*"))
                    .ifPresent(published -> problems.add(
                            published.at(),
                            label + ".ports: \"" + Nodes.asText(published) + "\" is no port that a swarm can publish",
                            "write one number, or none for one that the swarm chooses"));
        }
    }

    private void dependencies(String label, YamlNode service) {
        Nodes.fields(service, "depends_on").forEach((other, dependency) -> {
            String condition = Nodes.findText(dependency, "condition").orElse("service_started");
            if (!condition.equals("service_started")) {
                problems.add(
                        dependency.at(),
                        label + ".depends_on." + other + ": a swarm waits for no " + condition,
                        "let the service wait by itself, or end and be started again");
            } else {
                warnings.add(
                        dependency.at(),
                        label + ".depends_on." + other + " says nothing to a swarm",
                        "all services start at once");
            }
        });
    }

    /** {@code docker stack deploy} takes {@code no} for nothing said, and would start the task again and again. */
    private void restart(String label, YamlNode service) {
        boolean policy = Nodes.find(service, "deploy")
                .flatMap(deploy -> Nodes.find(deploy, "restart_policy"))
                .isPresent();
        Nodes.find(service, "restart")
                .filter(restart -> !policy && Nodes.asText(restart).equals("no"))
                .ifPresent(restart -> problems.add(
                        restart.at(),
                        label + ".restart: \"no\" is not obeyed by a swarm",
                        "write deploy.restart_policy with condition: none"));
    }

    private void deploy(String label, Optional<YamlNode> deploy) {
        String kind = deploy.flatMap(one -> Nodes.findText(one, "mode")).orElse("replicated");
        deploy.flatMap(one -> Nodes.find(one, "replicas"))
                .filter(replicas -> kind.startsWith("global"))
                .ifPresent(replicas -> problems.add(
                        replicas.at(), label + ".deploy: " + kind + " and replicas", "it has one task on each node"));
        for (YamlNode constraint : deploy.flatMap(one -> Nodes.find(one, "placement"))
                .map(placement -> Nodes.items(placement, "constraints"))
                .orElse(List.of())) {
            if (!Nodes.asText(constraint).matches(CONSTRAINT)) {
                problems.add(
                        constraint.at(),
                        label + ".deploy.placement.constraints: \"" + Nodes.asText(constraint) + "\" is no constraint",
                        "write KEY==VALUE or KEY!=VALUE, such as node.role==manager");
            }
        }
        for (String update : kind.endsWith("-job") ? List.of("update_config", "rollback_config") : List.<String>of()) {
            deploy.flatMap(one -> Nodes.find(one, update))
                    .ifPresent(config -> problems.add(
                            config.at(),
                            label + ".deploy." + update + ": with mode " + kind,
                            "remove it: a job is not updated in steps"));
        }
    }

    private void driver(String label, YamlNode network) {
        Nodes.find(network, "driver")
                .filter(driver -> LOCAL_DRIVERS.contains(Nodes.asText(driver)))
                .ifPresent(driver -> problems.add(
                        driver.at(),
                        label + ".driver: \"" + Nodes.asText(driver) + "\" is of one engine only",
                        "write overlay, or leave it out"));
    }
}
