package io.wherry.hub.render.kubernetes;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problem;
import io.wherry.base.yaml.Problems;
import io.wherry.contract.Digest;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.render.worker.KustomizeProgram;
import io.wherry.hub.render.worker.Remembered;
import io.wherry.hub.render.worker.WorkFolder;
import io.wherry.hub.render.worker.Worker;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Renders a folder with a kustomization: judges all that it is made of, copies just that into a private folder, and lets kustomize build it there. What
 * comes out is read as objects are ({@link KubernetesRenderer}).
 */
public final class KustomizeRenderer {
    /** 1,000 characters of what kustomize says: its first sentence names the cause. */
    private static final int MAX_ERROR_CHARS = 1000;

    /** As kubectl logs a command that failed. */
    private static final Pattern LOGGED =
            Pattern.compile("[EF][0-9]{4} [0-9:.]+ +[0-9]+ \\S+] \"command failed\" err=\"(.*)\"");

    private final KustomizeRequest request;
    private final Problems problems = new Problems();
    private final Problems warnings = new Problems();

    private KustomizeRenderer(KustomizeRequest request) {
        this.request = request;
    }

    /** With the kustomize that is installed here. */
    public static Rendering render(KustomizeRequest request) {
        return new KustomizeRenderer(request).run(KustomizeProgram::find);
    }

    public static Rendering render(KustomizeRequest request, KustomizeProgram.Search program) {
        return new KustomizeRenderer(request).run(() -> program);
    }

    private Rendering run(Supplier<KustomizeProgram.Search> search) {
        SortedMap<String, byte[]> files = new Kustomizations(request.tree(), problems).of(request.path());
        if (!problems.isEmpty()) {
            return new Rendering.Invalid(problems.list(), request.tree().readSet());
        }
        return switch (search.get()) {
            case KustomizeProgram.Missing(String why) -> notNow(why, KustomizeProgram.HINT);
            case KustomizeProgram.Found(KustomizeProgram program) -> build(program, files);
        };
    }

    private Rendering build(KustomizeProgram program, SortedMap<String, byte[]> files) {
        Digest run =
                Remembered.key(program.version(), List.of(String.join(" ", program.command()), request.path()), files);
        Optional<Worker.Done> known = Remembered.find(run);
        if (known.isPresent()) {
            return built(known.get());
        }
        try (WorkFolder folder = WorkFolder.of(files)) {
            return switch (program.build(request.path(), folder)) {
                case Worker.Stopped(String why) -> notNow("kustomize " + why, "");
                case Worker.Failed(int _, String errors) -> {
                    problems.add(at(), "kustomize: " + sentence(errors));
                    yield new Rendering.Invalid(problems.list(), request.tree().readSet());
                }
                case Worker.Done done -> {
                    Remembered.keep(run, done);
                    yield built(done);
                }
            };
        }
    }

    private Rendering built(Worker.Done done) {
        done.errors()
                .lines()
                .filter(line -> !line.isBlank())
                .forEach(line -> warnings.add(at(), "kustomize: " + line.replaceFirst("^# *", "")));
        return objects(done.output());
    }

    private Rendering objects(byte[] output) {
        Collected collected = new Collected(request.options(), problems, warnings);
        KubernetesRenderer.readBuilt(at().file() + " (as built)", output, collected, problems);
        return KubernetesRenderer.rendering(
                collected, request.options(), problems, warnings, request.tree().readSet());
    }

    /** Nothing is wrong with the files: another look may go well, so that none of them is taken for what failed. */
    private Rendering notNow(String why, String hint) {
        return new Rendering.Invalid(
                List.of(new Problem(at(), why, hint)), request.tree().readSet().unsettled());
    }

    private Position at() {
        return Position.of(request.path().isEmpty() ? "." : request.path());
    }

    /** What a program said, on one line, without the time and place that a log puts before it: a failure that stays shall read the same. */
    static String sentence(String errors) {
        String plain = errors.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cntrl}", "");
        Matcher logged = LOGGED.matcher(plain);
        String said =
                (logged.matches() ? logged.group(1).replace("\\\"", "\"") : plain).replaceFirst("^[Ee]rror: ", "");
        if (said.isEmpty()) {
            return "failed, and said nothing";
        }
        return said.length() > MAX_ERROR_CHARS ? said.substring(0, MAX_ERROR_CHARS) + "…" : said;
    }
}
