package io.wherry.e2e.bench;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * What happens when a hub with many agents is killed and started again: when the first is served, when all are, and what it costs. The agents hold polls over connections
 * of their own, and come back at the pace of the real agent.
 *
 * <p>Run by {@code e2e/bench/come-back.sh}.
 */
final class ComeBackBench {
    private static final long SEED = 7;

    /** Half a hold: those that were answered are spread over the time of a hold. */
    private static final Duration STEADY = Duration.ofMinutes(2);

    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration WINDOW = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int CONNECT_THREADS = 4;

    private final int port;
    private final Path data;
    private final Path log;
    private Process hub;
    private HubProcess process;

    private ComeBackBench(int port, Path data, Path log) throws Exception {
        this.port = port;
        this.data = data;
        this.log = log;
        this.hub = serve();
        this.process = HubProcess.of(hub.pid());
    }

    /** @param args the hub's URL, data folder, agents' port, log file, number of agents, how often it is killed */
    public static void main(String[] args) throws Exception {
        Path data = Path.of(args[1]);
        ComeBackBench bench = new ComeBackBench(Integer.parseInt(args[2]), data, Path.of(args[3]));
        try (BenchOperator operator = BenchOperator.of(args[0], data);
                BenchFolder folder = BenchFolder.create()) {
            bench.awaitServing(operator);
            Joining.join(operator, bench.port, folder.path(), Integer.parseInt(args[4]));
            bench.measure(folder.path(), Integer.parseInt(args[5]));
        } finally {
            bench.hub.destroy();
            bench.hub.waitFor();
        }
    }

    /** The launcher becomes the program: one process. */
    private Process serve() throws Exception {
        return new ProcessBuilder("wherry-hub", "serve", "--data", data.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private void awaitServing(BenchOperator operator) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                operator.get("/agents");
                return;
            } catch (java.io.IOException e) {
                if (System.nanoTime() > end || !hub.isAlive()) {
                    throw new IllegalStateException("the hub does not serve: " + Files.readString(log), e);
                }
                Thread.sleep(LOOK);
            }
        }
    }

    private void measure(Path folder, int kills) throws Exception {
        EventLoopGroup eventLoops = new NioEventLoopGroup(1);
        try (ExecutorService connections = Executors.newFixedThreadPool(CONNECT_THREADS);
                ExecutorService polls = Executors.newVirtualThreadPerTaskExecutor()) {
            Random random = new Random(SEED);
            List<ReturningAgent> agents = new ArrayList<>();
            for (BenchAgent agent : BenchAgent.readAll(folder, port, eventLoops, connections)) {
                ReturningAgent returning = new ReturningAgent(agent, new Random(random.nextLong()));
                agents.add(returning);
                polls.execute(returning::run);
            }
            awaitAll(agents, 0);
            for (int i = 0; i < kills; i++) {
                kill(agents);
            }
            polls.shutdownNow();
        } finally {
            eventLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        }
    }

    private void kill(List<ReturningAgent> agents) throws Exception {
        Thread.sleep(STEADY.dividedBy(2));
        double before = process.cpuMillis();
        Thread.sleep(STEADY.dividedBy(2));
        print(
                "steady: hub CPU a second",
                (process.cpuMillis() - before) / STEADY.dividedBy(2).toSeconds(),
                "ms");

        long killed = System.nanoTime();
        hub.destroyForcibly().waitFor();
        hub = serve();
        process = HubProcess.of(hub.pid());

        double peak = 0;
        double last = 0;
        long window = System.nanoTime();
        long first = 0;
        while (back(agents, killed) < agents.size()) {
            if (System.nanoTime() - killed > LIMIT.toNanos()) {
                throw new IllegalStateException(
                        back(agents, killed) + " of " + agents.size() + " are back after " + LIMIT);
            }
            if (first == 0 && back(agents, killed) > 0) {
                first = System.nanoTime();
                print("killed, started: the first agent is answered after", (first - killed) / 1e9, "s");
                last = process.cpuMillis();
                window = first;
            }
            if (first != 0 && System.nanoTime() - window >= WINDOW.toNanos()) {
                double now = process.cpuMillis();
                peak = Math.max(peak, (now - last) / ((System.nanoTime() - window) / 1e9));
                last = now;
                window = System.nanoTime();
            }
            Thread.sleep(LOOK);
        }
        print("all are back after", (System.nanoTime() - killed) / 1e9, "s");
        print("hub CPU of it, its start included, for each agent", process.cpuMillis() / agents.size(), "ms");
        print("hub CPU in the busiest second after the first answer", peak, "ms");
    }

    private static long back(List<ReturningAgent> agents, long since) {
        return agents.stream().filter(agent -> agent.answeredNanos() > since).count();
    }

    private static void awaitAll(List<ReturningAgent> agents, long since) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (back(agents, since) < agents.size()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(back(agents, since) + " of " + agents.size() + " were answered");
            }
            Thread.sleep(LOOK);
        }
    }

    private static void print(String what, double value, String unit) {
        System.out.printf("%-58s %10.2f %s%n", what, value, unit);
    }
}
