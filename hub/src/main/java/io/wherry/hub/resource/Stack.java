package io.wherry.hub.resource;

import static java.util.Objects.requireNonNull;

import io.wherry.contract.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * Something that shall run at sites: which files, for which agents, and how.
 *
 * @param source  where the files are
 * @param format  what they are, and how they are read
 * @param targets for which agents; none: nowhere
 * @param values  variables and site variables
 * @param apply   how it is applied
 * @param images  how it comes to its images
 */
public record Stack(
        Metadata metadata,
        StackSource source,
        StackFormat format,
        List<Target> targets,
        Values values,
        ApplySpec apply,
        ImagesSpec images)
        implements Resource {
    /** More targets than that are a group. */
    public static final int MAX_TARGETS = 64;

    public Stack {
        requireNonNull(source, "source");
        requireNonNull(format, "format");
        requireNonNull(apply, "apply");
        requireNonNull(images, "images");
        targets = List.copyOf(targets);
        if (targets.size() > MAX_TARGETS) {
            throw new IllegalArgumentException(
                    "targets: " + targets.size() + " (expected: at most " + MAX_TARGETS + ")");
        }
        if (format instanceof KubernetesSpec kubernetes) {
            requireVariables(kubernetes, values);
        }
        if (apply.dependsOn().contains(metadata.name())) {
            throw new IllegalArgumentException(
                    "dependsOn: " + metadata.name() + " (expected: other stacks, this one would wait for itself)");
        }
    }

    /** Values that nothing would be put into are a mistake. */
    private static void requireVariables(KubernetesSpec format, Values values) {
        if (format.variables()) {
            return;
        }
        String hint = " (expected: none with format " + format.word()
                + ", whose files are taken as they stand; kubernetes.variables: true puts them in)";
        if (!values.variables().isEmpty()) {
            throw new IllegalArgumentException(
                    "variables: " + values.variables().size() + hint);
        }
        if (!values.siteVariables().isEmpty()) {
            throw new IllegalArgumentException(
                    "siteVariables: " + values.siteVariables().size() + hint);
        }
    }

    /**
     * Values for interpolation.
     *
     * @param variables     the same everywhere; an agent's own come first
     * @param siteVariables what may differ from site to site
     */
    public record Values(SortedMap<String, String> variables, List<SiteVariableSpec> siteVariables) {
        public Values {
            variables = Variables.copy(variables);
            siteVariables = List.copyOf(siteVariables);
            Set<String> names = new HashSet<>();
            for (SiteVariableSpec variable : siteVariables) {
                if (!names.add(variable.name())) {
                    throw new IllegalArgumentException(
                            "siteVariables: " + variable.name() + " twice (expected: each name once)");
                }
            }
        }

        Json.Arr siteVariablesJson() {
            return new Json.Arr(
                    siteVariables.stream().<Json>map(SiteVariableSpec::toJson).toList());
        }
    }

    @Override
    public ResourceKind kind() {
        return ResourceKind.STACK;
    }

    /** The names of the sources that it takes something from. */
    public Set<String> sources() {
        Set<String> names = new TreeSet<>();
        names.add(source.sourceRef());
        if (format instanceof KubernetesSpec spec && spec.chartFrom().orElse(null) instanceof SourceChart chart) {
            names.add(chart.sourceRef());
        }
        return names;
    }

    /** The name of the Compose project at the sites; of a stack for clusters its namespace. */
    public String project() {
        return switch (format) {
            case ComposeSpec compose -> compose.projectName().orElse(name());
            case KubernetesSpec kubernetes -> kubernetes.namespace();
        };
    }

    /** Whether two stacks with the same project at one agent would be one. Several stacks may have a namespace in common. */
    public boolean ownsProject() {
        return format instanceof ComposeSpec;
    }

    @Override
    public Json.Obj spec() {
        Json.Builder json = Json.object();
        source.put(json);
        json.put("format", format.word());
        format.put(json);
        json.put(
                "targets",
                new Json.Arr(targets.stream().<Json>map(Target::toJson).toList()));
        if (format instanceof ComposeSpec || (format instanceof KubernetesSpec kubernetes && kubernetes.variables())) {
            json.put("variables", values.variables()).put("siteVariables", values.siteVariablesJson());
        }
        apply.put(json);
        images.put(json);
        return json.build();
    }
}
