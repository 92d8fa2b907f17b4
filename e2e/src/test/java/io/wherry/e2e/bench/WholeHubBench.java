package io.wherry.e2e.bench;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * What a whole hub, the program as it is shipped, costs with many idle agents: they join over the agents' port with a token each, then poll held
 * with their own certificates. CPU and memory are read from the kernel's account of the hub's process.
 *
 * <p>Run by {@code e2e/bench/whole-hub.sh}. No stack is declared: agents that do nothing is what is measured.
 */
final class WholeHubBench {
    private static final long HOLD_MS = 240_000;
    private static final long WARM_UP_HOLD_MS = 1_500;

    /** A hub runs for months: what is measured is compiled code, so each agent is answered a few dozen times first. */
    private static final Duration WARM_UP = Duration.ofSeconds(90);

    /** Until the answers of the warm-up are through. */
    private static final Duration SETTLE = Duration.ofSeconds(10);

    private static final int THREADS = 4;

    private final HubProcess process;
    private final int port;
    private final EventLoopGroup eventLoops = new NioEventLoopGroup(1);
    private final ExecutorService executor = Executors.newFixedThreadPool(THREADS);

    private WholeHubBench(int port, long pid) {
        this.port = port;
        this.process = HubProcess.of(pid);
    }

    /** @param args the hub's URL, data folder, agents' port and process, number of agents, for how many seconds they are watched */
    public static void main(String[] args) throws Exception {
        WholeHubBench bench = new WholeHubBench(Integer.parseInt(args[2]), Long.parseLong(args[3]));
        try (BenchOperator operator = BenchOperator.of(args[0], Path.of(args[1]));
                BenchFolder folder = BenchFolder.create()) {
            bench.join(operator, folder.path(), Integer.parseInt(args[4]));
            bench.measure(folder.path(), Duration.ofSeconds(Long.parseLong(args[5])));
        } finally {
            bench.executor.shutdownNow();
            bench.eventLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        }
    }

    private void join(BenchOperator operator, Path folder, int count) throws Exception {
        print("resident, ready", process.residentMegabytes(), "MB");
        long from = System.nanoTime();
        double before = process.cpuMillis();
        Joining.join(operator, port, folder, count);
        print("token and joining, each", (System.nanoTime() - from) / 1e6 / count, "ms");
        print("token and joining, each", (process.cpuMillis() - before) / count, "ms of hub CPU");
    }

    private void measure(Path folder, Duration watched) throws Exception {
        List<HeldAgent> agents = new ArrayList<>();
        for (BenchAgent agent : BenchAgent.readAll(folder, port, eventLoops, executor)) {
            agents.add(HeldAgent.start(agent.connect(), WARM_UP_HOLD_MS, HeldAgent::read));
        }
        Thread.sleep(WARM_UP);
        agents.forEach(agent -> agent.holdFor(HOLD_MS));
        Thread.sleep(SETTLE);
        double cpu = process.cpuMillis();
        long bytes = Network.bytes(port);
        long from = System.nanoTime();
        Thread.sleep(watched);
        double agentHours = (System.nanoTime() - from) / 3.6e12 * agents.size();
        print(
                agents.size() + " held agents: per agent and hour",
                (process.cpuMillis() - cpu) / agentHours,
                "ms of hub CPU");
        print(
                agents.size() + " held agents: per agent and hour",
                (Network.bytes(port) - bytes) / 1e3 / agentHours,
                "kB of network");
        print(agents.size() + " held agents: resident", process.residentMegabytes(), "MB");
        agents.forEach(HeldAgent::close);
    }

    private static void print(String what, double value, String unit) {
        System.out.printf("%-55s %10.2f %s%n", what, value, unit);
    }
}
