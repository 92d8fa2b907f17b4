package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Fields;
import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlNode;
import io.wherry.hub.source.TreeFile;
import io.wherry.hub.source.TreePath;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * Step 6: lays each service of a layer over the one that it {@code extends}, of the same document or of another file. Everything is handed
 * down, as with Compose; what a service names but does not carry along (networks, volumes, other services) the extending side declares.
 */
final class Extend {
    /** 64 services, each of the next: people write three. It bounds the recursion, over all files. */
    static final int MAX_CHAIN = 64;

    private final Files files;
    private final Assemble assemble;
    private final Budget budget;
    private final Problems problems;
    private final Map<Base, Optional<List<Layer>>> read = new HashMap<>();

    /**
     * The services that may extend one another by name alone, and those of them that are done.
     *
     * @param names of all services of the file, those too that nobody extends
     */
    private record Family(
            String file,
            Scope scope,
            Map<String, YamlNode> services,
            Map<String, YamlNode> done,
            Collection<String> names) {}

    /** Files are read once for all who extend of them. */
    private record Base(String path, Variables variables) {}

    /** What stands at {@code extends}. */
    private record Reference(String service, Optional<String> file, Position at) {
        static Optional<Reference> of(YamlNode service) {
            return Nodes.find(service, "extends")
                    .filter(node -> !node.tag().equals("!reset"))
                    .map(node -> node instanceof YamlNode.Mapping
                            ? new Reference(
                                    Nodes.findText(node, "service").orElse(""),
                                    Nodes.find(node, "file").map(Nodes::asText).filter(file -> !file.isEmpty()),
                                    node.at())
                            : new Reference(Nodes.asText(node), Optional.empty(), node.at()));
        }
    }

    Extend(Files files, Assemble assemble, Budget budget, Problems problems) {
        this.files = files;
        this.assemble = assemble;
        this.budget = budget;
        this.problems = problems;
    }

    Layer services(Layer layer, Scope scope) {
        Map<String, YamlNode> services = Nodes.fields(layer.root(), "services");
        if (services.values().stream()
                .noneMatch(service -> Reference.of(service).isPresent())) {
            return layer;
        }
        Family family = new Family(layer.file(), scope, services, new HashMap<>(), services.keySet());
        SequencedMap<String, YamlNode> extended = new LinkedHashMap<>(services);
        extended.replaceAll((name, service) -> whole(name, service, family, new LinkedHashSet<>()));
        return new Layer(
                layer.file(), Nodes.change(layer.root(), "services", section -> Nodes.fields(extended, section)));
    }

    /** The service with all that it extends. */
    private YamlNode whole(String name, YamlNode service, Family family, SequencedSet<String> chain) {
        Optional<Reference> reference = Reference.of(service);
        if (reference.isEmpty() || !(service instanceof YamlNode.Mapping own)) {
            return service;
        }
        YamlNode known = family.done().get(name);
        if (known != null) {
            return known;
        }
        String step = name + " (" + family.file() + ")";
        if (!chain.add(step)) {
            problems.add(
                    reference.get().at(),
                    "extends forms a cycle: "
                            + String.join(
                                    " -> ",
                                    chain.stream()
                                            .dropWhile(one -> !one.equals(step))
                                            .toList())
                            + " -> " + step,
                    "let one of these services stand by itself");
            return service;
        }
        YamlNode.Mapping alone = without(own);
        if (chain.size() > MAX_CHAIN) {
            problems.add(
                    reference.get().at(),
                    "extends: the chain is too long",
                    "at most " + MAX_CHAIN + " services, each of the next");
            return alone;
        }
        YamlNode whole = base(reference.get(), family, chain)
                .<YamlNode>map(base -> over(base, alone))
                .orElse(alone);
        chain.remove(step);
        family.done().put(name, whole);
        return whole;
    }

    private YamlNode over(YamlNode.Mapping base, YamlNode.Mapping service) {
        if (budget.isSpent()) {
            return service; // or hundreds would still be put together, each as large as the first
        }
        YamlNode.Mapping whole = Merge.service(base, service, problems);
        return budget.hold(whole) ? whole : service;
    }

    private static YamlNode.Mapping without(YamlNode.Mapping service) {
        SequencedMap<String, YamlNode> fields = Nodes.map(service);
        fields.remove("extends");
        return Nodes.fields(fields, service);
    }

    private Optional<YamlNode.Mapping> base(Reference reference, Family family, SequencedSet<String> chain) {
        if (problems.isKnown(reference.at())) {
            return Optional.empty();
        }
        Optional<Family> relatives =
                reference.file().isPresent() ? read(reference, reference.file().get(), family) : Optional.of(family);
        return relatives.flatMap(other -> {
            YamlNode service = other.services().get(reference.service());
            if (service == null) {
                problems.add(
                        reference.at(),
                        reference.service().isEmpty()
                                ? "extends: service is missing"
                                : "extends: there is no service \"" + reference.service() + "\" in " + other.file(),
                        reference.service().isEmpty()
                                ? "add service: NAME"
                                : Fields.suggestion(reference.service(), other.names()));
                return Optional.empty();
            }
            return whole(reference.service(), service, other, chain) instanceof YamlNode.Mapping whole
                    ? Optional.of(whole)
                    : Optional.empty();
        });
    }

    private Optional<Family> read(Reference reference, String written, Family family) {
        Variables variables = family.scope().variables();
        return files.component("extends", family.scope().folder(), written, reference.at())
                .flatMap(file -> {
                    Base base = new Base(file.path(), variables);
                    if (!read.containsKey(base)) {
                        read.put(base, layers(file, variables, reference));
                    }
                    return read.get(base)
                            .flatMap(layers -> family(file.path(), variables, layers, reference.service()));
                });
    }

    private Optional<List<Layer>> layers(TreeFile file, Variables variables, Reference reference) {
        if (!budget.read(reference.at())) {
            return Optional.empty();
        }
        Mark mark = Mark.of(problems);
        List<Layer> layers = assemble.filled(List.of(file), new Scope(TreePath.parent(file.path()), variables));
        return mark.isClean() ? Optional.of(layers) : Optional.empty();
    }

    /** As Compose does: variables are filled in all of the file, but only what is used of it must be right. */
    private Optional<Family> family(String file, Variables variables, List<Layer> layers, String service) {
        Mark mark = Mark.of(problems);
        String folder = TreePath.parent(file);
        SequencedSet<String> names = used(service, layers);
        List<Layer> used = layers.stream().map(layer -> only(layer, names)).toList();
        YamlNode.Mapping merged = Nodes.none(Position.of(file));
        for (Layer layer : assemble.normalised(used, folder)) {
            merged = Merge.layer(merged, layer.root(), problems);
        }
        if (!mark.isClean()) {
            return Optional.empty();
        }
        SequencedSet<String> all = new LinkedHashSet<>();
        layers.forEach(
                layer -> all.addAll(Nodes.fields(layer.root(), "services").keySet()));
        return Optional.of(
                new Family(file, new Scope(folder, variables), Nodes.fields(merged, "services"), new HashMap<>(), all));
    }

    /** The service and those of the same file that it comes from. */
    private static SequencedSet<String> used(String service, List<Layer> layers) {
        SequencedSet<String> used = new LinkedHashSet<>();
        for (Optional<String> next = Optional.of(service);
                next.filter(used::add).isPresent(); ) {
            String name = next.get();
            next = layers.stream()
                    .flatMap(
                            layer -> Optional.ofNullable(
                                    Nodes.fields(layer.root(), "services").get(name))
                                    .flatMap(Reference::of)
                                    .stream())
                    .filter(reference -> reference.file().isEmpty())
                    .map(Reference::service)
                    .reduce((earlier, later) -> later);
        }
        return used;
    }

    private static Layer only(Layer layer, SequencedSet<String> names) {
        SequencedMap<String, YamlNode> root = new LinkedHashMap<>();
        Nodes.find(layer.root(), "services").ifPresent(services -> {
            SequencedMap<String, YamlNode> kept = Nodes.map(services);
            kept.keySet().retainAll(names);
            root.put("services", services instanceof YamlNode.Mapping ? Nodes.fields(kept, services) : services);
        });
        return new Layer(layer.file(), Nodes.fields(root, layer.root()));
    }
}
