package io.wherry.e2e.bench;

import io.grpc.ManagedChannel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * What the agents' port costs the hub: its process's own CPU clock per poll, over real mutual TLS, from agents in another process.
 *
 * <p>Run by {@code e2e/bench/agent-port.sh}; the figures go to docs/benchmarks.md. Nothing leaves the loopback interface.
 */
final class AgentPortBench {
    private static final int WARM_UP_POLLS = 100_000;
    private static final int POLLS = 40_000;
    private static final int WARM_UP_CONNECTIONS = 12_000;
    private static final int CONNECTIONS = 2_000;
    private static final int PARALLEL = 4;
    private static final int REACTIONS = 200;
    private static final long HOLD_MS = 240_000;
    private static final long WARM_UP_HOLD_MS = 1_500;
    private static final Duration WARM_UP = Duration.ofSeconds(90);

    private static final List<String> HUB_FLAGS = List.of(
            "-Xmx96m",
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private final EventLoopGroup eventLoops = new NioEventLoopGroup(1);
    private final ExecutorService executor = Executors.newFixedThreadPool(PARALLEL);

    private AgentPortBench() {}

    /** @param args number of held agents, for how many seconds they are watched, and {@code all}, {@code polls} or {@code held} */
    public static void main(String[] args) throws Exception {
        int agents = Integer.parseInt(args[0]);
        Duration watched = Duration.ofSeconds(Long.parseLong(args[1]));
        AgentPortBench bench = new AgentPortBench();
        try {
            if (!args[2].equals("held")) {
                bench.polls("boringssl");
                bench.polls("jdk");
            }
            if (!args[2].equals("polls")) {
                bench.held(agents, watched);
            }
        } finally {
            bench.executor.shutdownNow();
            bench.eventLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        }
    }

    private void polls(String tls) throws Exception {
        try (BenchFolder folder = BenchFolder.create();
                HubProcess hub = HubProcess.start(folder.path(), PARALLEL, tls)) {
            List<BenchAgent> agents = BenchAgent.readAll(folder.path(), hub.port, eventLoops, executor);
            List<ManagedChannel> channels =
                    agents.stream().map(BenchAgent::connect).toList();
            channels.forEach(channel -> BenchAgent.poll(channel, BenchAgent.first()));
            kept(channels, WARM_UP_POLLS);
            long before = hub.number("cpu");
            kept(channels, POLLS);
            print(tls + ": idle poll, connection kept", (hub.number("cpu") - before) / 1e3 / POLLS, "µs of hub CPU");
            channels.forEach(ManagedChannel::shutdownNow);
            connecting(agents, WARM_UP_CONNECTIONS);
            before = hub.number("cpu");
            connecting(agents, CONNECTIONS);
            print(
                    tls + ": idle poll with a new mutual TLS connection",
                    (hub.number("cpu") - before) / 1e3 / CONNECTIONS,
                    "µs of hub CPU");
        }
    }

    private void kept(List<ManagedChannel> channels, int polls) throws Exception {
        parallel(worker -> {
            for (int i = 0; i < polls / PARALLEL; i++) {
                BenchAgent.poll(channels.get(worker), BenchAgent.idle(1, 0));
            }
        });
    }

    private void connecting(List<BenchAgent> agents, int connections) throws Exception {
        parallel(worker -> {
            for (int i = 0; i < connections / PARALLEL; i++) {
                ManagedChannel channel = agents.get(worker).connect();
                BenchAgent.poll(channel, BenchAgent.idle(1, 0));
                channel.shutdownNow();
            }
        });
    }

    /** The work of one of the workers. */
    private interface Work {
        void run(int worker);
    }

    private static void parallel(Work work) throws Exception {
        try (ExecutorService workers = Executors.newFixedThreadPool(PARALLEL)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < PARALLEL; i++) {
                int worker = i;
                all.add(workers.submit(() -> work.run(worker)));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    private void held(int count, Duration watched) throws Exception {
        try (BenchFolder folder = BenchFolder.create();
                HubProcess hub = HubProcess.start(folder.path(), count, "boringssl")) {
            List<HeldAgent> agents = new ArrayList<>();
            for (BenchAgent agent : BenchAgent.readAll(folder.path(), hub.port, eventLoops, executor)) {
                agents.add(HeldAgent.start(agent.connect(), WARM_UP_HOLD_MS, HeldAgent::counted));
            }
            warmUp(hub, agents, count);
            long cpu = hub.number("cpu");
            long bytes = Network.bytes(hub.port);
            long from = System.nanoTime();
            Thread.sleep(watched);
            double hours = (System.nanoTime() - from) / 3.6e12;
            String held = count + " held agents: ";
            print(held + "per agent and hour", (hub.number("cpu") - cpu) / 1e6 / count / hours, "ms of hub CPU");
            print(
                    held + "per agent and hour",
                    (Network.bytes(hub.port) - bytes) / 1e3 / count / hours,
                    "kB of network");
            print(held + "resident", hub.number("rss") / 1e3, "MB");
            reactions(hub, agents);
            agents.forEach(HeldAgent::close);
        }
    }

    /** A hub runs for months: what is measured is compiled code, so each agent is answered a few dozen times first. */
    private static void warmUp(HubProcess hub, List<HeldAgent> agents, int count) throws Exception {
        Thread.sleep(WARM_UP);
        agents.forEach(agent -> agent.holdFor(HOLD_MS));
        settle(hub, count);
    }

    private static void settle(HubProcess hub, int count) throws Exception {
        while (hub.number("held") < count) {
            Thread.sleep(Duration.ofMillis(100));
        }
        Thread.sleep(Duration.ofSeconds(5));
    }

    private static void reactions(HubProcess hub, List<HeldAgent> agents) throws Exception {
        Random random = new Random(1);
        double[] millis = new double[REACTIONS];
        for (int i = 0; i < REACTIONS; i++) {
            int agent = random.nextInt(agents.size());
            HeldAgent held = agents.get(agent);
            CountDownLatch changed = held.nextChange();
            long from = System.nanoTime();
            hub.ask("change " + agent);
            if (!changed.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("agent " + agent + ": heard of no change within 10 s");
            }
            millis[i] = (System.nanoTime() - from) / 1e6;
            Thread.sleep(Duration.ofMillis(5));
        }
        Arrays.sort(millis);
        print("change to held agent: median", millis[REACTIONS / 2], "ms");
        print("change to held agent: p99", millis[REACTIONS * 99 / 100], "ms");
    }

    private static void print(String what, double value, String unit) {
        System.out.printf("%-55s %10.2f %s%n", what, value, unit);
    }

    /** The hub's process and the pipe to it. */
    private static final class HubProcess implements AutoCloseable {
        private final Process process;
        private final BufferedReader answers;
        private final PrintWriter questions;
        private final int port;

        private HubProcess(Process process) throws IOException {
            this.process = process;
            this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            this.questions = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
            String line = answers.readLine();
            while (line != null && !line.startsWith("ready ")) {
                line = answers.readLine(); // log lines
            }
            if (line == null) {
                throw new IllegalStateException("the hub's process did not start");
            }
            this.port = Integer.parseInt(line.substring("ready ".length()));
        }

        static HubProcess start(Path folder, int agents, String tls) throws IOException {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(HUB_FLAGS);
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), BenchHub.class.getName()));
            command.addAll(List.of(folder.toString(), Integer.toString(agents), tls));
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put("MALLOC_ARENA_MAX", "2"); // else glibc keeps freed memory apart for each thread
            return new HubProcess(builder.start());
        }

        synchronized String ask(String question) throws IOException {
            questions.println(question);
            String answer = answers.readLine();
            while (answer != null && !answer.matches("\\d+|changed|unknown")) {
                answer = answers.readLine(); // log lines
            }
            if (answer == null) {
                throw new IllegalStateException("the hub's process ended");
            }
            return answer;
        }

        long number(String question) throws IOException {
            return Long.parseLong(ask(question));
        }

        @Override
        public void close() {
            questions.println("quit");
            try {
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
