package io.wherry.hub.render.kubernetes;

import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.Yaml;
import io.wherry.base.yaml.YamlException;
import io.wherry.base.yaml.YamlLimits;
import io.wherry.contract.ModelFormat;
import io.wherry.contract.ObjectVariables;
import io.wherry.contract.json.Json;
import io.wherry.hub.render.ObjectImages;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.source.ReadSet;
import io.wherry.hub.source.TreeFile;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Renders files that hold objects of Kubernetes: reads them as {@code kubectl apply -R -f FOLDER} does, and refuses with file, line and column what no
 * cluster could take. Pure but for reading the tree. docs/reference/kubernetes-files.md is the contract.
 */
public final class KubernetesRenderer {
    /**
     * 8 MiB, 600,000 nodes: twice the longest collections of resource definitions that operators publish; 60 levels, since a reader of JSON at the
     * site takes 64 and the objects stand on the third.
     */
    static final YamlLimits LIMITS = new YamlLimits(8 << 20, 600_000, 32L << 20, 60);

    /** All objects stand in one there: 32 MiB, what a program may write, and as many nodes as all objects may have. */
    private static final YamlLimits BUILT = new YamlLimits(32 << 20, NodeJson.MAX_NODES, 64L << 20, 60);

    private KubernetesRenderer() {}

    public static Rendering render(KubernetesRequest request) {
        Problems problems = new Problems();
        Problems warnings = new Problems();
        Collected collected = new Collected(request.options(), problems, warnings);
        for (TreeFile file : new ManifestFiles(request, problems).find()) {
            read(file.path(), file.content(), collected, problems);
        }
        return rendering(
                collected, request.options(), problems, warnings, request.tree().readSet());
    }

    /** Every document of a file. */
    static void read(String file, byte[] content, Collected collected, Problems problems) {
        read(file, content, LIMITS, collected, problems);
    }

    /** Every document that a program wrote. */
    static void readBuilt(String file, byte[] content, Collected collected, Problems problems) {
        read(file, content, BUILT, collected, problems);
    }

    private static void read(String file, byte[] content, YamlLimits limits, Collected collected, Problems problems) {
        try {
            Yaml.parseAll(file, content, limits).forEach(collected::add);
        } catch (YamlException e) {
            e.problems().forEach(problems::add);
        }
    }

    static Rendering rendering(
            Collected collected, ClusterOptions options, Problems problems, Problems warnings, ReadSet readSet) {
        return rendering(collected, List.of(), options, problems, warnings, readSet);
    }

    /** @param hooks of a chart, beside its objects */
    static Rendering rendering(
            Collected collected,
            List<Json.Obj> hooks,
            ClusterOptions options,
            Problems problems,
            Problems warnings,
            ReadSet readSet) {
        if (!problems.isEmpty()) {
            return new Rendering.Invalid(problems.list(), readSet);
        }
        List<String> images = Stream.concat(
                        collected.objects().stream(), hooks.stream().map(hook -> hook.object("object")))
                .flatMap(object -> ObjectImages.of(object).stream())
                .distinct()
                .sorted()
                .toList();
        SortedSet<String> late = collected.lateVariables().orElseGet(TreeSet::new);
        Json.Obj plain = options.model(collected.objects(), hooks);
        Json.Obj escaped = collected.lateVariables().isPresent() ? ObjectVariables.marked(plain) : plain;
        Json.Obj model = late.isEmpty() ? ObjectVariables.substitute(escaped, Map.of()) : escaped;
        return new Rendering.Rendered(
                ModelFormat.KUBERNETES,
                model,
                new TreeMap<>(),
                images,
                collected.names(),
                late,
                new TreeMap<>(),
                warnings.list(),
                readSet);
    }
}
