package io.wherry.e2e.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.docker.TimedRuntime;
import io.wherry.e2e.ComposeOracle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Apply against {@code docker compose up -d}, same engine, same model, turn by turn in one run. Prints medians and their ratio.
 *
 * <p>Ours is a warm agent, which is what a site has; theirs is a process per call, which is what a person or a script starts.
 */
public final class DockerApplyBench {
    /** One container each: quick, and chance is large in it. */
    private static final int SWAP_ROUNDS = 7;

    /** What an agent at a site has done within half an hour of its start: its code is compiled by then. */
    private static final int LOOKS_OF_A_WARM_AGENT = 30;

    private final int services;
    private final int rounds;
    private final Path folder;
    private final TimedRuntime engine = new TimedRuntime();
    private final List<List<Long>> waited = lists();
    private Map<String, long[]> firstApply = Map.of();
    private final List<Long> looks = new ArrayList<>();
    private Map<String, long[]> look = Map.of();
    private List<String> changedTimeline = List.of();

    private DockerApplyBench(int services, int rounds, Path folder) {
        this.services = services;
        this.rounds = rounds;
        this.folder = folder;
    }

    /** @param args number of services and of rounds */
    public static void main(String[] args) throws Exception {
        int services = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        new DockerApplyBench(services, rounds, Files.createTempDirectory("wherry-bench")).run();
    }

    private void run() throws Exception {
        List<List<Long>> ours = lists();
        List<List<Long>> theirs = lists();
        warmUp();
        for (int round = 0; round <= rounds; round++) {
            wherry(round == 0 ? lists() : ours);
            compose(round == 0 ? lists() : theirs);
            if (round == 0) {
                waited.forEach(List::clear);
                looks.clear();
            }
        }
        System.out.printf(
                Locale.ROOT, "%d services, %d rounds after one to warm up, medians in ms%n", services, rounds);
        List<String> names = List.of("first apply", "nothing changed", "one image changed");
        for (int i = 0; i < names.size(); i++) {
            double our = median(ours.get(i)) / 1e6;
            double their = median(theirs.get(i)) / 1e6;
            System.out.printf(
                    Locale.ROOT,
                    "%-18s wherry %7.0f, of which the engine's %7.0f   compose %7.0f   ratio %.2f%n",
                    names.get(i),
                    our,
                    median(waited.get(i)) / 1e6,
                    their,
                    our / their);
        }
        System.out.printf(Locale.ROOT, "%-18s wherry %7.0f%n", "drift check, nothing changed", median(looks) / 1e6);
        look.forEach((kind, sum) -> System.out.printf(Locale.ROOT, "  %-26s %4d %7.0f%n", kind, sum[0], sum[1] / 1e6));
        SwapBench swap = new SwapBench(folder);
        swap.run(Math.max(rounds, SWAP_ROUNDS));
        double our = median(swap.ours()) / 1e6;
        double their = median(swap.theirs()) / 1e6;
        System.out.printf(
                Locale.ROOT,
                "%-18s wherry %7.0f %34s compose %7.0f   ratio %.2f%n",
                "gap, stop first",
                our,
                "",
                their,
                our / their);
        System.out.println("calls of the last change of one image: begin and end in ms");
        changedTimeline.forEach(line -> System.out.println("  " + line));
        System.out.println("calls of the last first apply, side by side: how many, ms in all");
        firstApply.forEach(
                (kind, sum) -> System.out.printf(Locale.ROOT, "  %-26s %4d %7.0f%n", kind, sum[0], sum[1] / 1e6));
    }

    private static List<List<Long>> lists() {
        return List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    private void wherry(List<List<Long>> times) throws Exception {
        try (Site site = new Site(Site.unique("wherrybench"), folder, engine.open(Site.SETTINGS))) {
            Deployment first = site.next(model(i -> "1"));
            times.get(0).add(timed(0, () -> applied(site, first)));
            firstApply = engine.kinds();
            site.commit(first);
            engine.clear();
            looks.add(time(() -> {
                if (!site.runtime.diff(first).isEmpty()) {
                    throw new IllegalStateException("drift right after the apply");
                }
            }));
            look = engine.kinds();
            Deployment same = site.next(model(i -> "1"));
            times.get(1).add(timed(1, () -> applied(site, same)));
            Deployment changed = site.next(model(i -> i == 0 ? "2" : "1"));
            times.get(2).add(timed(2, () -> {
                applied(site, changed);
                site.commit(changed); // Compose removes the old container too
            }));
            changedTimeline = engine.timeline();
        }
    }

    private void warmUp() throws Exception {
        try (Site site = new Site(Site.unique("wherrybench"), folder, engine.open(Site.SETTINGS))) {
            for (int look = 0; look < LOOKS_OF_A_WARM_AGENT; look++) {
                Deployment same = site.next(model(i -> "1"));
                applied(site, same);
                site.commit(same);
                site.runtime.diff(same);
            }
        }
    }

    private long timed(int phase, Task task) throws Exception {
        engine.clear();
        long time = time(task);
        waited.get(phase).add(engine.waited());
        return time;
    }

    private static void applied(Site site, Deployment deployment) {
        if (!(site.runtime.apply(deployment, ApplyMode.FULL) instanceof Application.Applied)) {
            throw new IllegalStateException("not applied");
        }
    }

    private void compose(List<List<Long>> times) throws Exception {
        Path file = folder.resolve("compose.json");
        String compose = ComposeOracle.find().program();
        String[] up = {compose, "-p", Site.unique("composebench"), "-f", file.toString(), "up", "-d"};
        try {
            Files.write(file, model(i -> "1").replace('\'', '"').getBytes(UTF_8));
            times.get(0).add(time(() -> Shell.run(up)));
            times.get(1).add(time(() -> Shell.run(up)));
            Files.write(file, model(i -> i == 0 ? "2" : "1").replace('\'', '"').getBytes(UTF_8));
            times.get(2).add(time(() -> Shell.run(up)));
        } finally {
            Shell.run(compose, "-p", Site.unique("composebench"), "-f", file.toString(), "down", "-v");
        }
    }

    private String model(Function<Integer, String> version) {
        StringBuilder model = new StringBuilder("{'services': {");
        for (int i = 0; i < services; i++) {
            model.append(i == 0 ? "" : ",")
                    .append("'s")
                    .append(i)
                    .append("': {'image': 'wherry.test/busybox:")
                    .append(version.apply(i))
                    .append("', 'command': ['sleep', '1000'], 'stop_signal': 'SIGKILL', 'restart': 'unless-stopped'}");
        }
        return model.append("}}").toString();
    }

    private interface Task {
        void run() throws Exception;
    }

    private static long time(Task task) throws Exception {
        long start = System.nanoTime();
        task.run();
        return System.nanoTime() - start;
    }

    private static double median(List<Long> times) {
        List<Long> sorted = times.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
