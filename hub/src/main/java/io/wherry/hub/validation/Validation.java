package io.wherry.hub.validation;

import io.wherry.base.Suggest;
import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problem;
import io.wherry.base.yaml.Problems;
import io.wherry.hub.configuration.ConfigurationFiles;
import io.wherry.hub.configuration.ConfigurationFiles.Reading;
import io.wherry.hub.configuration.References;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.ChartFrom;
import io.wherry.hub.resource.Dependencies;
import io.wherry.hub.resource.Group;
import io.wherry.hub.resource.KubernetesSpec;
import io.wherry.hub.resource.Policy;
import io.wherry.hub.resource.Resource;
import io.wherry.hub.resource.ResourceKind;
import io.wherry.hub.resource.ResourceYaml.Placed;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.StackChart;
import io.wherry.hub.resource.Targets;
import io.wherry.hub.source.TreeException;
import io.wherry.hub.sync.StackPreview;
import io.wherry.hub.validation.Checkouts.Checkout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a folder's resources by the rules of the configuration repository, and renders what its stacks deploy for the agents that it declares, as far as their
 * sources are on this machine. Asks no hub and no network.
 */
public final class Validation {
    private final Checkouts checkouts;
    private final boolean partial;
    private final List<Placed> declared;
    private final Problems problems = new Problems();
    private final Problems warnings = new Problems();
    private final List<String> notes = new ArrayList<>();
    private final Set<String> agents = new TreeSet<>();
    private int rendered;

    private Validation(Checkouts checkouts, boolean partial, List<Placed> declared) {
        this.checkouts = checkouts;
        this.partial = partial;
        this.declared = declared;
    }

    /**
     * Looks at all of it.
     *
     * @param paths   of folders or files below the root; empty text: all of it
     * @param partial the files are not all: what they name and do not declare a hub may have
     * @throws TreeException            if the root is not there
     * @throws IllegalArgumentException if a checkout is given that no stack takes anything from
     */
    public static Report run(Checkouts checkouts, List<String> paths, boolean partial) {
        Checkout root = new Checkout(checkouts.root());
        return switch (ConfigurationFiles.read(root.open(), paths)) {
            case Reading.Invalid(List<Problem> problems) ->
                nothing(problems.stream().map(root::located).toList());
            case Reading.Empty() ->
                nothing(List.of(root.located(new Problem(
                        Position.of(paths.getFirst()),
                        "no object in any *.yaml, *.yml or *.json below it",
                        "is that the right folder?"))));
            case Reading.Declared(List<Placed> declared) -> new Validation(checkouts, partial, declared).report(root);
        };
    }

    private static Report nothing(List<Problem> problems) {
        return new Report(problems, List.of(), List.of(), 0, 0, 0);
    }

    private Report report(Checkout root) {
        requireTaken();
        Problems missing = new Problems();
        References.check(declared, new Known(), missing);
        missing.list().forEach(problem -> problems.add(root.located(problem)));
        for (Placed placed : declared) {
            if (placed.resource() instanceof Stack stack) {
                preview(stack, root.located(placed.at()));
            }
        }
        return new Report(problems.list(), warnings.list(), notes, declared.size(), rendered, agents.size());
    }

    private void requireTaken() {
        Set<String> taken = new TreeSet<>();
        all(Stack.class).forEach(stack -> taken.addAll(stack.sources()));
        for (String name : checkouts.bySource().keySet()) {
            if (!taken.contains(name)) {
                throw new IllegalArgumentException(
                        name + ": no stack of these files takes it" + Suggest.hint(name, taken));
            }
        }
    }

    private void preview(Stack stack, Position at) {
        Optional<Checkout> checkout = checkouts.of(stack.source().sourceRef());
        Optional<String> chart = stack.format() instanceof KubernetesSpec spec
                ? spec.chartFrom().map(Validation::elsewhere)
                : Optional.empty();
        if (checkout.isEmpty() || chart.isPresent()) {
            String source = stack.source().sourceRef();
            skip(stack, chart.orElse("source " + source + " (its checkout: --source " + source + "=DIR)"));
            return;
        }
        Map<String, Group> groups = new HashMap<>();
        all(Group.class).forEach(group -> groups.put(group.name(), group));
        List<Agent> targets = List.copyOf(Targets.of(stack, all(Agent.class), groups));
        Optional<Source> source = all(Source.class).stream()
                .filter(one -> one.name().equals(stack.source().sourceRef()))
                .findFirst();
        try {
            StackPreview.of(
                            stack,
                            source,
                            targets,
                            all(Policy.class),
                            checkout.get().open())
                    .ifPresentOrElse(
                            found -> take(stack, at, checkout.get(), found),
                            () -> skip(stack, "values of agents, and none of these files is its target"));
        } catch (TreeException e) {
            problems.add(checkout.get().located(Problem.of(Position.of(e.path()), String.valueOf(e.getMessage()))));
        }
    }

    private static String elsewhere(StackChart chart) {
        return chart instanceof ChartFrom from
                ? "its chart, which comes from " + from.url()
                : "its chart, which comes from another source";
    }

    private void skip(Stack stack, String needs) {
        notes.add(References.object(stack) + " is not rendered: it needs " + needs);
    }

    private void take(Stack stack, Position at, Checkout checkout, StackPreview found) {
        rendered++;
        for (StackPreview.Group group : found.groups()) {
            agents.addAll(group.agents());
            switch (group.rendering()) {
                case Rendering.Invalid invalid ->
                    invalid.problems().forEach(problem -> problems.add(checkout.located(problem)));
                case Rendering.Rendered good ->
                    good.warnings().forEach(warning -> warnings.add(checkout.located(warning)));
            }
        }
        found.refusals().forEach(why -> problems.add(at, References.object(stack) + ": " + why));
    }

    private <R extends Resource> List<R> all(Class<R> kind) {
        return declared.stream()
                .map(Placed::resource)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    /** What the files declare. */
    private final class Known implements References.Known {
        private final Set<String> names = new HashSet<>();
        private final Set<String> sources = checkouts.sources();

        Known() {
            declared.forEach(placed -> names.add(References.object(placed.resource())));
        }

        @Override
        public boolean has(ResourceKind kind, String name) {
            return partial
                    || names.contains(kind.word() + "/" + name)
                    || (kind == ResourceKind.SOURCE && sources.contains(name));
        }

        @Override
        public Optional<String> cycle(Stack stack) {
            return Dependencies.cycle(stack, all(Stack.class));
        }
    }
}
