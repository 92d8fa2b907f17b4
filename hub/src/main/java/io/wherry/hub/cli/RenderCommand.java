package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problem;
import io.wherry.contract.ModelFormat;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.contract.json.YamlWriter;
import io.wherry.hub.render.RenderRequest;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.render.compose.AbsolutePaths;
import io.wherry.hub.render.compose.ComposeRenderer;
import io.wherry.hub.render.kubernetes.ClusterOptions;
import io.wherry.hub.render.kubernetes.HelmChart;
import io.wherry.hub.render.kubernetes.HelmRenderer;
import io.wherry.hub.render.kubernetes.HelmRequest;
import io.wherry.hub.render.kubernetes.KubernetesRenderer;
import io.wherry.hub.render.kubernetes.KubernetesRequest;
import io.wherry.hub.render.kubernetes.KustomizeRenderer;
import io.wherry.hub.render.kubernetes.KustomizeRequest;
import io.wherry.hub.render.kubernetes.ObjectValues;
import io.wherry.hub.resource.ClusterRules;
import io.wherry.hub.resource.ComposeSpec;
import io.wherry.hub.resource.KubernetesSpec;
import io.wherry.hub.source.LocalTree;
import io.wherry.hub.source.TreeException;
import io.wherry.hub.source.TreePath;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code wherry render}: what an agent would be given, from a folder on disk and without a hub; for a pipeline before a merge. */
@Command(
        name = "render",
        description = "Print what an agent would be given for a folder of files; needs no hub.",
        footer = {
            "",
            "Examples: wherry render . --path apps/shop --format compose --var TAG=1.2 -o yaml",
            "          wherry render . --path apps/shop --format kubernetes --namespace shop | kubectl apply -n shop -f -"
        })
public final class RenderCommand implements Callable<Integer> {
    enum Format {
        compose,
        kubernetes,
        kustomize,
        helm
    }

    enum Mode {
        containers,
        swarm
    }

    enum Output {
        json,
        yaml
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Root of the repository: no path may leave it.")
    private Path directory;

    @Option(
            names = "--path",
            paramLabel = "SUB",
            defaultValue = "",
            description = "The stack's folder, relative to DIR.")
    private String path;

    @Option(
            names = "--format",
            required = true,
            paramLabel = "FORMAT",
            description = "What the files are: ${COMPLETION-CANDIDATES}.")
    private Format format;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "A Compose file, relative to the stack's folder; later ones go over earlier ones.")
    private List<String> files = new ArrayList<>();

    @Option(names = "--profile", paramLabel = "P", description = "A profile to enable; * enables all.")
    private List<String> profiles = new ArrayList<>();

    @Option(
            names = "--env-file",
            paramLabel = "F",
            description = "A file of variables, relative to the stack's folder, instead of .env.")
    private List<String> envFiles = new ArrayList<>();

    @Option(
            names = "--var",
            paramLabel = "NAME=VALUE",
            description =
                    "A variable of the stack; wins over every file. Given for objects, it puts variables in as kubernetes.variables of the stack does.")
    private Map<String, String> variables = new TreeMap<>();

    @Option(
            names = "--project-name",
            paramLabel = "N",
            defaultValue = "",
            description = "Default: the name of the stack's folder.")
    private String projectName;

    @Option(
            names = "--namespace",
            paramLabel = "NS",
            defaultValue = "",
            description = "Where objects go that name none; default: default. Not of compose.")
    private String namespace;

    @Option(
            names = "--values",
            paramLabel = "F",
            description = "Of helm: a file of values, relative to the stack's folder; later ones go over earlier ones.")
    private List<String> values = new ArrayList<>();

    @Option(
            names = "--release-name",
            paramLabel = "R",
            description = "Of helm; default: the name of the stack's folder.")
    private Optional<String> releaseName = Optional.empty();

    @Option(
            names = "--kube-version",
            paramLabel = "V",
            description = "Of helm: what the chart is told of the cluster, such as 1.34.")
    private Optional<String> kubeVersion = Optional.empty();

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            defaultValue = "containers",
            description = "How the services shall run, as compose.mode of the stack: ${COMPLETION-CANDIDATES}; default"
                    + " ${DEFAULT-VALUE}.")
    private Mode mode = Mode.containers;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "yaml",
            description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Output output;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    /** Filled by picocli. */
    @SuppressWarnings("NullAway.Init")
    public RenderCommand() {}

    @Override
    public Integer call() {
        try {
            return switch (format) {
                case compose -> {
                    refuse(!namespace.isEmpty(), "--namespace");
                    refuseOfHelm();
                    yield print(ComposeRenderer.render(request()));
                }
                case kubernetes, kustomize, helm -> {
                    refuse(!files.isEmpty(), "--file");
                    refuse(!profiles.isEmpty(), "--profile");
                    refuse(!envFiles.isEmpty(), "--env-file");
                    refuse(!projectName.isEmpty(), "--project-name");
                    refuse(mode != Mode.containers, "--mode");
                    if (format != Format.helm) {
                        refuseOfHelm();
                    }
                    yield print(objects());
                }
            };
        } catch (TreeException e) {
            return fail(List.of(Problem.of(Position.of(e.path()), String.valueOf(e.getMessage()))));
        }
    }

    private void refuse(boolean given, String option) {
        if (given) {
            throw new ParameterException(spec.commandLine(), option + ": means nothing with --format " + format);
        }
    }

    private void refuseOfHelm() {
        refuse(!values.isEmpty(), "--values");
        refuse(releaseName.isPresent(), "--release-name");
        refuse(kubeVersion.isPresent(), "--kube-version");
    }

    private Rendering objects() {
        String target = namespace.isEmpty() ? KubernetesSpec.DEFAULT_NAMESPACE : namespace;
        try {
            var checked = new KubernetesSpec(
                    target,
                    false,
                    Optional.empty(),
                    ClusterRules.NONE,
                    new KubernetesSpec.Files.Objects(List.of(), List.of()));
            ClusterOptions plain = ClusterOptions.of(checked.namespace());
            ClusterOptions options = variables.isEmpty()
                    ? plain
                    : plain.with(new ObjectValues(new TreeMap<>(variables), new TreeMap<>()));
            if (format == Format.helm) {
                var helm = new KubernetesSpec.Files.Helm(
                        "",
                        Optional.empty(),
                        values,
                        Json.object().build(),
                        Optional.of(releaseName.orElseGet(
                                () -> defaultName(folder()).replace('_', '-'))),
                        kubeVersion);
                return HelmRenderer.render(new HelmRequest(
                        LocalTree.open(directory),
                        folder(),
                        new HelmChart.InTree(helm.chart()),
                        helm.valuesFiles(),
                        helm.values(),
                        helm.releaseName().orElseThrow(),
                        helm.kubeVersion(),
                        options));
            }
            if (format == Format.kustomize) {
                return KustomizeRenderer.render(new KustomizeRequest(LocalTree.open(directory), folder(), options));
            }
            return KubernetesRenderer.render(
                    new KubernetesRequest(LocalTree.open(directory), folder(), List.of(), List.of(), options));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + asOption(String.valueOf(e.getMessage())), e);
        }
    }

    /** {@code kubeVersion: …} of a stack is {@code --kube-version: …} here. */
    private static String asOption(String problem) {
        return problem.replaceFirst("^kubeVersion:", "kube-version:")
                .replaceFirst("^releaseName:", "release-name:")
                .replaceFirst("^valuesFiles:", "values:");
    }

    private String folder() {
        return TreePath.resolve("", path)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "--path: " + path + " leaves DIR (expected: a folder below it)"));
    }

    private RenderRequest request() {
        String folder = folder();
        String name = projectName.isEmpty() ? defaultName(folder) : projectName;
        try {
            return new RenderRequest(
                            LocalTree.open(directory),
                            folder,
                            files,
                            profiles,
                            envFiles,
                            new TreeMap<>(variables),
                            name,
                            new TreeSet<>())
                    .with(mode == Mode.swarm ? ComposeSpec.Mode.SWARM : ComposeSpec.Mode.CONTAINERS);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--project-name: " + e.getMessage(), e);
        }
    }

    /** As Compose derives it: the folder's name in lower case, without what no project name may hold. */
    private String defaultName(String folder) {
        Path full = directory.toAbsolutePath().normalize().resolve(folder);
        String name = String.valueOf(full.getFileName()).toLowerCase(Locale.ROOT);
        String clean = name.replaceAll("[^a-z0-9_-]", "").replaceAll("^[_-]+", "");
        return clean.isEmpty() ? "stack" : clean;
    }

    private int print(Rendering rendering) {
        return switch (rendering) {
            case Rendering.Rendered rendered -> {
                rendered.warnings().forEach(warning -> err().println("warning: " + located(warning)));
                err().flush();
                PrintWriter out = spec.commandLine().getOut();
                out.print(rendered.format() == ModelFormat.COMPOSE ? text(rendered) : manifests(rendered));
                out.flush();
                yield ExitCode.OK.code();
            }
            case Rendering.Invalid invalid -> fail(invalid.problems());
        };
    }

    private String text(Rendering.Rendered rendered) {
        String first = files.isEmpty() ? "compose.yaml" : files.getFirst();
        String projectFolder = TreePath.parent(TreePath.resolve(path, first).orElseThrow());
        Json.Obj model = AbsolutePaths.of(
                rendered.model(),
                directory.toAbsolutePath().normalize().resolve(projectFolder).toString());
        return output == Output.json ? JsonWriter.pretty(model) + "\n" : YamlWriter.write(model);
    }

    /** What kubectl takes: a document for each object, or one list; hooks of a chart after the rest, as helm prints them. */
    private String manifests(Rendering.Rendered rendered) {
        List<Json.Obj> objects = new ArrayList<>(rendered.model().objects("objects"));
        rendered.model().objects("hooks").forEach(hook -> objects.add(hook.object("object")));
        return output == Output.json
                ? JsonWriter.pretty(Json.object()
                                .put("apiVersion", "v1")
                                .put("kind", "List")
                                .put("items", new Json.Arr(List.copyOf(objects)))
                                .build())
                        + "\n"
                : objects.stream().map(YamlWriter::write).collect(Collectors.joining("---\n"));
    }

    private int fail(List<Problem> problems) {
        problems.forEach(problem -> err().println(located(problem)));
        err().flush();
        return ExitCode.FAILED.code();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }

    private Problem located(Problem problem) {
        return problem.at(LocalTree.located(directory, problem.at()));
    }
}
