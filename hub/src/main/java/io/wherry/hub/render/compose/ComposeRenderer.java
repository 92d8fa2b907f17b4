package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlNode;
import io.wherry.contract.ModelFormat;
import io.wherry.contract.StartFirst;
import io.wherry.contract.SwarmMode;
import io.wherry.contract.json.Json;
import io.wherry.hub.render.RenderRequest;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.resource.ComposeSpec;
import io.wherry.hub.source.TreeFile;
import io.wherry.hub.source.TreePath;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Renders Compose files: does what {@code docker compose config} does, with positions in every error, and refuses what the agent would
 * not carry out. Pure but for reading the tree: equal trees and requests give equal results. docs/reference/compose.md is the contract.
 */
public final class ComposeRenderer {
    private final RenderRequest request;
    private final Problems problems = new Problems();
    private final Problems warnings = new Problems();
    private final Files files;
    private final Budget budget;

    private ComposeRenderer(RenderRequest request) {
        this.request = request;
        this.files = new Files(request.tree(), problems);
        this.budget = new Budget(problems);
    }

    public static Rendering render(RenderRequest request) {
        return new ComposeRenderer(request).run();
    }

    private Rendering run() {
        List<TreeFile> found = Load.files(request, files, problems);
        if (found.isEmpty()) {
            return invalid();
        }
        // As with Compose, the first file's folder is the project directory.
        String projectFolder = TreePath.parent(found.getFirst().path());
        Variables variables = Variables.load(request, projectFolder, files, problems);
        variables.takeUnset();
        YamlNode.Mapping assembled = new Assemble(files, request.path(), projectFolder, budget, problems, warnings)
                .model(found, new Scope(projectFolder, variables), new LinkedHashSet<>());
        if (!problems.isEmpty()) {
            return invalid();
        }
        Model merged = Model.of(assembled);
        Model selected = Select.services(merged, request.profiles());
        new Validate(selected, problems).check();
        new SwarmRules(request.mode(), problems, warnings).check(selected);
        if (selected.services().size() <= Validate.MAX_SERVICES) {
            new References(merged, selected, problems).check();
        }
        return problems.isEmpty() ? resolved(selected, variables, projectFolder) : invalid();
    }

    private Rendering resolved(Model selected, Variables variables, String projectFolder) {
        EnvFiles envFiles = new EnvFiles(files, projectFolder, variables, budget, problems);
        ProjectFolder folder = new ProjectFolder(files, projectFolder, problems);
        LabelFiles labelFiles = new LabelFiles(files, projectFolder, budget, problems);
        SeccompProfiles profiles = new SeccompProfiles(files, projectFolder, problems);
        Model resolved =
                new Resolve(request.projectName(), envFiles, labelFiles, profiles, folder, problems).model(selected);
        if (problems.isEmpty()) {
            Contents.collect(resolved, folder, problems);
        }
        if (!problems.isEmpty()) {
            return invalid();
        }
        Emit emit = new Emit();
        var json = emit.model(resolved, request.projectName());
        if (request.mode() == ComposeSpec.Mode.SWARM) {
            json = swarm(json); // which starts first wherever it is told to
        } else {
            startFirst(resolved, json);
        }
        return new Rendering.Rendered(
                ModelFormat.COMPOSE,
                json,
                folder.contents(),
                images(resolved),
                objects(resolved),
                emit.siteVariables(),
                secrets(resolved),
                warnings.list(),
                request.tree().readSet());
    }

    private static Json.Obj swarm(Json.Obj json) {
        SequencedMap<String, Json> fields = new LinkedHashMap<>(json.fields());
        fields.put(SwarmMode.KEY, Json.of(SwarmMode.SWARM));
        return new Json.Obj(fields);
    }

    /** Where it cannot be had it is not refused: such files are written for clusters, where it can. */
    private void startFirst(Model model, Json.Obj json) {
        model.services().forEach((name, service) -> Nodes.find(service, "deploy")
                .flatMap(deploy -> Nodes.find(deploy, "update_config"))
                .flatMap(config -> Nodes.find(config, "order"))
                .filter(order -> Nodes.asText(order).equals("start-first"))
                .ifPresent(order -> StartFirst.obstacle(json, name)
                        .ifPresent(obstacle -> warnings.add(
                                order.at(),
                                "services." + name + " is stopped before the next one starts, because it " + obstacle,
                                "start-first needs nothing that two containers must not share"))));
    }

    private static List<String> images(Model model) {
        return model.services().values().stream()
                .flatMap(service -> Stream.concat(
                        Nodes.findText(service, "image").stream(),
                        Nodes.items(service, "volumes").stream()
                                .filter(mount -> Nodes.findText(mount, "type")
                                        .filter("image"::equals)
                                        .isPresent())
                                .flatMap(mount -> Nodes.findText(mount, "source").stream())))
                .distinct()
                .sorted()
                .toList();
    }

    /** Those whose values come with the entry: name to credential. */
    private static SortedMap<String, String> secrets(Model model) {
        SortedMap<String, String> secrets = new TreeMap<>();
        model.secrets().forEach((name, secret) -> {
            if (Nodes.isTrue(secret, "external")) {
                secrets.put(name, Nodes.findText(secret, "name").orElse(name));
            }
        });
        return secrets;
    }

    private static SortedSet<String> objects(Model model) {
        SortedSet<String> objects = new TreeSet<>();
        model.services().keySet().forEach(name -> objects.add("service/" + name));
        model.networks().forEach((name, network) -> add(objects, "network/" + name, network));
        model.volumes().forEach((name, volume) -> add(objects, "volume/" + name, volume));
        return objects;
    }

    private static void add(SortedSet<String> objects, String name, YamlNode resource) {
        if (!Nodes.isTrue(resource, "external")) {
            objects.add(name);
        }
    }

    private Rendering invalid() {
        return new Rendering.Invalid(problems.list(), request.tree().readSet());
    }
}
