package io.wherry.hub.render.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problem;
import io.wherry.base.yaml.Problems;
import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.render.worker.HelmProgram;
import io.wherry.hub.render.worker.Remembered;
import io.wherry.hub.render.worker.WorkFolder;
import io.wherry.hub.render.worker.Worker;
import io.wherry.hub.source.TreeException;
import io.wherry.hub.source.TreeFile;
import io.wherry.hub.source.TreePath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Renders a chart: judges its files, copies them into a private folder, and lets helm render them there, and once more where it could come to something else. What comes out is read as
 * objects are ({@link KubernetesRenderer}); hooks are told apart from them.
 */
public final class HelmRenderer {
    /** The folders of the copy. No file of the chart can be above its own. */
    private static final String CHART = "chart";

    private static final String VALUES = "values";

    private static final String PACKED = ".tgz";

    private final HelmRequest request;
    private final Problems problems = new Problems();
    private final Problems warnings = new Problems();
    private SortedMap<String, byte[]> judged = new TreeMap<>();

    private HelmRenderer(HelmRequest request) {
        this.request = request;
    }

    /** With the helm that is installed here. */
    public static Rendering render(HelmRequest request) {
        return new HelmRenderer(request).run(HelmProgram::find);
    }

    public static Rendering render(HelmRequest request, HelmProgram.Search program) {
        return new HelmRenderer(request).run(() -> program);
    }

    private Rendering run(Supplier<HelmProgram.Search> search) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        String chart = copy(files);
        if (!problems.isEmpty()) {
            return invalid();
        }
        List<String> arguments = new ArrayList<>(List.of(
                request.releaseName(), chart, "--namespace", request.options().namespace()));
        request.kubeVersion().ifPresent(version -> arguments.addAll(List.of("--kube-version", version)));
        for (String name : request.valuesFiles()) {
            values(name).ifPresent(content -> use(content, files, arguments));
        }
        if (!request.values().fields().isEmpty()) {
            use(JsonWriter.canonical(request.values()), files, arguments);
        }
        if (!problems.isEmpty()) {
            return invalid();
        }
        return switch (search.get()) {
            case HelmProgram.Missing(String why) -> notNow(why, HelmProgram.HINT);
            case HelmProgram.Found(HelmProgram program) -> template(program, arguments, files);
        };
    }

    /** Judges the chart and adds it to the copy. Gives its path there. */
    private String copy(SortedMap<String, byte[]> files) {
        return switch (request.chart()) {
            case HelmChart.InTree(String path) -> {
                Optional<String> chart = TreePath.resolve(request.path(), path);
                if (chart.isEmpty()) {
                    problems.add(
                            at(), "path \"" + path + "\" leaves the repository", "name a folder of the repository");
                    yield CHART;
                }
                yield chart.get().endsWith(PACKED) ? packed(chart.get(), files) : folder(chart.get(), files);
            }
            case HelmChart.Fetched(String name, byte[] archive) -> packed(name, archive, files);
        };
    }

    private String folder(String path, SortedMap<String, byte[]> files) {
        judged = new ChartFiles(request.tree(), problems).of(path, at());
        judged.forEach((name, content) -> files.put(CHART + "/" + name, content));
        return CHART;
    }

    private String packed(String path, SortedMap<String, byte[]> files) {
        try {
            Optional<TreeFile> archive = request.tree().file(path);
            if (archive.isEmpty()) {
                problems.add(at(), "no chart is in " + path, "its path is relative to the stack's folder");
            }
            return archive.map(file -> packed(path, file.content(), files)).orElse(CHART);
        } catch (TreeException e) {
            problems.add(Position.of(path), String.valueOf(e.getMessage()));
            return CHART;
        }
    }

    private String packed(String shown, byte[] archive, SortedMap<String, byte[]> files) {
        judged = new ChartFiles(request.tree(), problems).packed(shown, archive);
        if (problems.isEmpty()) {
            files.put(CHART + PACKED, ChartTar.write(judged));
        }
        return CHART + PACKED;
    }

    private Optional<byte[]> values(String name) {
        Optional<String> path = TreePath.resolve(request.path(), name);
        try {
            Optional<byte[]> content = path.flatMap(request.tree()::file).map(file -> file.content());
            if (content.isEmpty()) {
                problems.add(
                        Position.of(name),
                        path.isEmpty() ? "the path leaves the repository" : "no such file of values",
                        "its path is relative to the stack's folder");
            }
            return content;
        } catch (TreeException e) {
            problems.add(Position.of(name), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static void use(byte[] values, SortedMap<String, byte[]> files, List<String> arguments) {
        String copy = VALUES + "/"
                + files.keySet().stream()
                        .filter(path -> path.startsWith(VALUES + "/"))
                        .count() + ".yaml";
        files.put(copy, values);
        arguments.addAll(List.of("--values", copy));
    }

    private Rendering template(HelmProgram program, List<String> arguments, SortedMap<String, byte[]> files) {
        Digest run = Remembered.key(program.version() + " " + program.program(), arguments, files);
        Optional<Worker.Done> known = Remembered.find(run);
        if (known.isPresent()) {
            return rendered(known.get());
        }
        try (WorkFolder folder = WorkFolder.of(files)) {
            return switch (program.template(arguments, folder)) {
                case Worker.Stopped(String why) -> notNow("helm " + why, "");
                case Worker.Failed(int _, String errors) -> {
                    problems.add(at(), "helm: " + said(errors));
                    yield invalid();
                }
                case Worker.Done done -> {
                    boolean once = !ChartRandomness.isPossible(judged) && !ChartRandomness.isPossible(done.output());
                    Optional<Rendering> differs = once ? Optional.empty() : again(done, program, arguments, files);
                    if (differs.isEmpty()) {
                        Remembered.keep(run, done);
                    }
                    yield differs.orElseGet(() -> rendered(done));
                }
            };
        }
    }

    /** A second run, as of another day; empty if it comes to the same. */
    private Optional<Rendering> again(
            Worker.Done first, HelmProgram program, List<String> arguments, SortedMap<String, byte[]> files) {
        try (WorkFolder folder = WorkFolder.of(later(files))) {
            return switch (program.template(arguments, folder)) {
                case Worker.Stopped(String why) -> Optional.of(notNow("helm, a second time, " + why, ""));
                case Worker.Done(byte[] second, String _)
                when Arrays.equals(first.output(), second) -> Optional.empty();
                case Worker.Done(byte[] second, String _) -> Optional.of(changing(first.output(), second));
                case Worker.Failed(int _, String _) -> Optional.of(changing(first.output(), new byte[0]));
            };
        }
    }

    private SortedMap<String, byte[]> later(SortedMap<String, byte[]> files) {
        SortedMap<String, byte[]> later = new TreeMap<>(files);
        SortedMap<String, byte[]> chart = ChartClock.later(judged);
        if (files.containsKey(CHART + PACKED)) {
            later.put(CHART + PACKED, ChartTar.write(chart));
        } else {
            chart.forEach((name, content) -> later.put(CHART + "/" + name, content));
        }
        return later;
    }

    private Rendering rendered(Worker.Done done) {
        warnings(done.errors());
        return objects(done.output());
    }

    /** The template whose text is another one each time: a random password, a time. It would be deployed anew at each look. */
    private Rendering changing(byte[] output, byte[] again) {
        String template = "";
        List<String> one = new String(output, UTF_8).lines().toList();
        List<String> two = new String(again, UTF_8).lines().toList();
        for (int i = 0; i < one.size(); i++) {
            if (one.get(i).startsWith("# Source: ")) {
                template = one.get(i).substring("# Source: ".length());
            }
            if (i >= two.size() || !one.get(i).equals(two.get(i))) {
                break;
            }
        }
        Optional<String> function = ChartRandomness.function(judged, template.substring(template.indexOf('/') + 1));
        problems.add(
                at(),
                "the chart renders to something else each time"
                        + (template.isEmpty()
                                ? ""
                                : ", at " + template
                                        + function.map(named -> " (" + named + ")")
                                                .orElse("")),
                ChartRandomness.hint(function.orElse("")));
        return invalid();
    }

    private Rendering objects(byte[] output) {
        String name = at().file() + " (as rendered)";
        Problems found = new Problems();
        Problems noted = new Problems();
        HelmHooks hooks = new HelmHooks(found);
        Collected collected = new Collected(request.options(), found, noted, hooks);
        KubernetesRenderer.readBuilt(name, output, collected, found);
        List<Json.Obj> phases = hooks.hooks();
        RenderedPlaces places = new RenderedPlaces(name, output, chartFolder());
        places.name(found, problems);
        places.name(noted, warnings);
        return KubernetesRenderer.rendering(
                collected,
                phases,
                request.options(),
                problems,
                warnings,
                request.tree().readSet());
    }

    /** Where its templates lie in the repository, if they do. */
    private Optional<String> chartFolder() {
        return request.chart() instanceof HelmChart.InTree(String path) && !path.endsWith(PACKED)
                ? TreePath.resolve(request.path(), path)
                : Optional.empty();
    }

    private void warnings(String errors) {
        errors.lines().filter(line -> !line.isBlank()).forEach(line -> warnings.add(at(), "helm: " + said(line)));
    }

    private String said(String errors) {
        return KustomizeRenderer.sentence(errors.replace(CHART + "/" + VALUES, VALUES));
    }

    private Rendering invalid() {
        return new Rendering.Invalid(problems.list(), request.tree().readSet());
    }

    /** Nothing is wrong with the files: another look may go well. */
    private Rendering notNow(String why, String hint) {
        return new Rendering.Invalid(
                List.of(new Problem(at(), why, hint)), request.tree().readSet().unsettled());
    }

    private Position at() {
        return Position.of(request.path().isEmpty() ? "." : request.path());
    }
}
