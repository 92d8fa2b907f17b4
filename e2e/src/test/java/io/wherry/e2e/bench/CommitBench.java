package io.wherry.e2e.bench;

import io.wherry.contract.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * From a commit to "healthy at the site", as the hub shows it. Run by {@code e2e/bench/commit-to-healthy.sh} against a hub and an agent that are
 * processes of their own.
 */
final class CommitBench {
    private static final String STACK = "/stacks/bench";

    /** Between two looks at the hub: the error of each figure. */
    private static final Duration LOOK = Duration.ofMillis(20);

    /** A commit that is not healthy by then is a failure and no figure. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** The source's interval where nobody nudges: commits come at any moment of it. */
    private static final int INTERVAL_MS = 10_000;

    /** So that a health window, a report or a collection of before is over. */
    private static final Duration REST = Duration.ofMillis(500);

    private final BenchOperator operator;
    private final Path repository;
    private final boolean nudge;

    private CommitBench(BenchOperator operator, Path repository, boolean nudge) {
        this.operator = operator;
        this.repository = repository;
        this.nudge = nudge;
    }

    /** @param args the hub's URL and data folder, the repository, how many commits, {@code nudge} or {@code interval} */
    public static void main(String[] args) throws Exception {
        try (BenchOperator operator = BenchOperator.of(args[0], Path.of(args[1]))) {
            new CommitBench(operator, Path.of(args[2]), args[4].equals("nudge")).run(Integer.parseInt(args[3]));
        }
    }

    private void run(int commits) throws Exception {
        double[] offered = new double[commits];
        double[] healthy = new double[commits];
        Random random = new Random(1);
        for (int i = 0; i < commits; i++) {
            Thread.sleep(nudge ? REST : REST.plusMillis(random.nextInt(INTERVAL_MS)));
            String commit = commit((nudge ? "nudge-" : "interval-") + i);
            long from = System.nanoTime();
            if (nudge) {
                operator.post("/sources/bench/sync", Json.object().build());
            }
            offered[i] = until(commit, from, false);
            healthy[i] = until(commit, from, true);
        }
        String how = nudge ? "nudge" : "commit, no nudge";
        print(how + " -> offered", offered);
        print(how + " -> healthy", healthy);
    }

    private String commit(String version) throws IOException, InterruptedException {
        Path file = repository.resolve("compose.yaml");
        Files.writeString(
                file, Files.readString(file).replaceFirst("VERSION: \"[^\"]*\"", "VERSION: \"" + version + "\""));
        git("commit", "-q", "-a", "-m", version);
        return git("rev-parse", "HEAD").strip();
    }

    private String git(String... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of("git", "-C", repository.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + said);
        }
        return said;
    }

    /** Milliseconds until the hub shows the commit, and with it that all is healthy. */
    private double until(String commit, long from, boolean healthy) throws IOException, InterruptedException {
        while (System.nanoTime() - from < LIMIT.toNanos()) {
            Json.Obj status = operator.get(STACK).object("status");
            if (status.string("revision").equals(commit) && (!healthy || isHealthy(status))) {
                return (System.nanoTime() - from) / 1e6;
            }
            Thread.sleep(LOOK);
        }
        throw new IllegalStateException("commit " + commit + ": not " + (healthy ? "healthy" : "offered") + " after "
                + LIMIT.toSeconds() + " s (expected: seconds)");
    }

    private static boolean isHealthy(Json.Obj status) {
        return status.objects("conditions").stream()
                .anyMatch(condition -> condition.string("type").equals("Healthy")
                        && condition.string("status").equals("True"));
    }

    private static void print(String what, double[] millis) {
        double[] sorted = millis.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        System.out.printf(
                "%-52s median %7.0f  p99 %7.0f  max %7.0f ms (%d)%n",
                what, sorted[(n - 1) / 2], sorted[(int) Math.ceil(n * 0.99) - 1], sorted[n - 1], n);
    }
}
