package io.wherry.e2e.bench;

import io.wherry.base.Workers;
import io.wherry.contract.json.Json;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.render.kubernetes.ClusterOptions;
import io.wherry.hub.render.kubernetes.HelmChart;
import io.wherry.hub.render.kubernetes.HelmRenderer;
import io.wherry.hub.render.kubernetes.HelmRequest;
import io.wherry.hub.render.kubernetes.KustomizeRenderer;
import io.wherry.hub.render.kubernetes.KustomizeRequest;
import io.wherry.hub.render.worker.HelmProgram;
import io.wherry.hub.render.worker.KustomizeProgram;
import io.wherry.hub.render.worker.Worker;
import io.wherry.hub.source.LocalTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** Overlays and releases rendered by one warm process, as a hub does it, against {@code kustomize build} and {@code helm template} called for each. */
final class KubernetesRenderBench {
    private static final int WARM_UP = 20;
    private static final long CALL_SECONDS = 30;

    private final Path folder;
    private final List<String> kustomize;
    private final Path helm;
    private final int count;

    private KubernetesRenderBench(String[] arguments) {
        folder = Path.of(arguments[0]);
        Path program = Path.of(arguments[1]);
        kustomize = List.of(arguments[1], program.endsWith("kubectl") ? "kustomize" : "build");
        helm = Path.of(arguments[2]);
        count = Integer.parseInt(arguments[3]);
    }

    /** @param arguments an empty folder, kustomize or a kubectl that holds it, helm, and how many of each */
    public static void main(String[] arguments) throws Exception {
        new KubernetesRenderBench(arguments).run();
    }

    private void run() throws Exception {
        call(helm.toString(), "create", folder.resolve("web").toString());
        write("base/kustomization.yaml", "resources: [app.yaml]\n");
        write("base/app.yaml", """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: web, image: web}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec: {selector: {app: web}, ports: [{port: 80}]}
                """);
        inputs(0);
        compare(
                "overlays, " + String.join(" ", kustomize),
                i -> new String[] {
                    kustomize.getFirst(),
                    kustomize.getLast(),
                    folder.resolve("overlay" + i).toString()
                },
                this::overlay);
        inputs(0);
        compare(
                "releases, helm template",
                i -> new String[] {
                    helm.toString(),
                    "template",
                    "r" + i,
                    folder.resolve("web").toString(),
                    "--values",
                    folder.resolve("values" + i + ".yaml").toString()
                },
                this::release);
    }

    /** Each is another one than in the round before, so that nothing is remembered. */
    private void inputs(int round) throws IOException {
        for (int i = 0; i < count; i++) {
            input(i, round);
        }
    }

    private void input(int i, int round) throws IOException {
        write(
                "overlay" + i + "/kustomization.yaml",
                "resources: [../base]\nnamespace: site-%d\nreplicas: [{name: web, count: %d}]\nlabels: [{pairs: {round: r%d}}]\n"
                        .formatted(i, 1 + i % 3, round));
        write("values" + i + ".yaml", "replicaCount: %d\npodLabels: {round: r%d}\n".formatted(1 + i % 3, round));
    }

    private void compare(String what, IntFunction<String[]> theirs, IntFunction<Rendering> ours) throws Exception {
        ours(ours, Math.min(WARM_UP, count));
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            call(theirs.apply(i));
        }
        long called = System.nanoTime() - begin;
        inputs(1);
        long all = ours(ours, count);
        input(0, 2);
        long one = ours(ours, count);
        System.out.printf(
                "%d %s %d ms; ours %d ms: ratio %.2f; one of them changed %d ms: ratio %.3f%n",
                count, what, ms(called), ms(all), (double) all / called, ms(one), (double) one / called);
    }

    private static long ours(IntFunction<Rendering> render, int count) {
        List<Callable<Rendering>> renderings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int which = i;
            renderings.add(() -> render.apply(which));
        }
        long begin = System.nanoTime();
        List<Rendering> done = Workers.sideBySide(Worker.AT_A_TIME, "render", renderings);
        long took = System.nanoTime() - begin;
        if (!done.stream().allMatch(Rendering.Rendered.class::isInstance)) {
            throw new IllegalStateException("refused: " + done.getFirst());
        }
        return took;
    }

    private Rendering overlay(int i) {
        return KustomizeRenderer.render(
                new KustomizeRequest(LocalTree.open(folder), "overlay" + i, ClusterOptions.of("default")),
                new KustomizeProgram.Found(new KustomizeProgram(kustomize, "of the benchmark")));
    }

    private Rendering release(int i) {
        return HelmRenderer.render(
                new HelmRequest(
                        LocalTree.open(folder),
                        "",
                        new HelmChart.InTree("web"),
                        List.of("values" + i + ".yaml"),
                        Json.object().build(),
                        "r" + i,
                        Optional.empty(),
                        ClusterOptions.of("default")),
                new HelmProgram.Found(new HelmProgram(helm, "of the benchmark")));
    }

    private void call(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("output").toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (!process.waitFor(CALL_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException(String.join(" ", command) + ": failed");
        }
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static long ms(long nanos) {
        return Duration.ofNanos(nanos).toMillis();
    }
}
