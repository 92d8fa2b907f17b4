package io.wherry.e2e.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.wherry.contract.JoinToken;
import io.wherry.contract.json.Json;
import io.wherry.contract.v1.AgentServiceGrpc;
import io.wherry.contract.v1.EnrolReply;
import io.wherry.contract.v1.EnrolRequest;
import io.wherry.contract.v1.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
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

    /** Of the kernel's process times. */
    private static final int MS_PER_TICK = 10;

    private final Path process;
    private final int port;
    private final EventLoopGroup eventLoops = new NioEventLoopGroup(1);
    private final ExecutorService executor = Executors.newFixedThreadPool(THREADS);

    private WholeHubBench(int port, long pid) {
        this.port = port;
        this.process = Path.of("/proc", Long.toString(pid));
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
        print("resident, ready", residentMegabytes(), "MB");
        Files.write(folder.resolve("ca.der"), operator.authority().getEncoded());
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", port)
                .sslContext(GrpcSslContexts.forClient()
                        .protocols("TLSv1.3")
                        .trustManager(operator.authority())
                        .build())
                .build();
        long from = System.nanoTime();
        double before = cpuMillis();
        StringBuilder identities = new StringBuilder();
        Base64.Encoder base64 = Base64.getEncoder();
        for (int i = 0; i < count; i++) {
            BenchDevice device = BenchDevice.create();
            EnrolReply reply = AgentServiceGrpc.newBlockingStub(channel).enrol(request(token(operator), device, i));
            identities
                    .append(base64.encodeToString(device.keys().getPrivate().getEncoded()))
                    .append(' ')
                    .append(base64.encodeToString(reply.getCertificateChain(0).toByteArray()))
                    .append('\n');
        }
        channel.shutdownNow();
        Files.writeString(folder.resolve("identities"), identities, UTF_8);
        print("token and joining, each", (System.nanoTime() - from) / 1e6 / count, "ms");
        print("token and joining, each", (cpuMillis() - before) / count, "ms of hub CPU");
    }

    private static byte[] token(BenchOperator operator) throws IOException, InterruptedException {
        Json.Obj answer = operator.post("/tokens", Json.object().build());
        return JoinToken.parse(answer.string("token")).secret();
    }

    private static EnrolRequest request(byte[] secret, BenchDevice device, int number) {
        return EnrolRequest.newBuilder()
                .setToken(ByteString.copyFrom(secret))
                .setCsr(ByteString.copyFrom(device.csr()))
                .setSealingKey(ByteString.copyFrom(device.sealingKey()))
                .setSealingKeySignature(ByteString.copyFrom(device.sealingKeySignature()))
                .setFacts(Facts.newBuilder()
                        .setName("site-" + number)
                        .setRuntime("docker")
                        .setRuntimeId("engine-" + number)
                        .setAgentVersion("0.1.0"))
                .build();
    }

    private void measure(Path folder, Duration watched) throws Exception {
        List<HeldAgent> agents = new ArrayList<>();
        for (BenchAgent agent : BenchAgent.readAll(folder, port, eventLoops, executor)) {
            agents.add(HeldAgent.start(agent.connect(), WARM_UP_HOLD_MS, HeldAgent::read));
        }
        Thread.sleep(WARM_UP);
        agents.forEach(agent -> agent.holdFor(HOLD_MS));
        Thread.sleep(SETTLE);
        double cpu = cpuMillis();
        long bytes = Network.bytes(port);
        long from = System.nanoTime();
        Thread.sleep(watched);
        double agentHours = (System.nanoTime() - from) / 3.6e12 * agents.size();
        print(agents.size() + " held agents: per agent and hour", (cpuMillis() - cpu) / agentHours, "ms of hub CPU");
        print(
                agents.size() + " held agents: per agent and hour",
                (Network.bytes(port) - bytes) / 1e3 / agentHours,
                "kB of network");
        print(agents.size() + " held agents: resident", residentMegabytes(), "MB");
        agents.forEach(HeldAgent::close);
    }

    /** User and system time of the hub so far, in steps of 10 ms. */
    private double cpuMillis() throws IOException {
        String stat = Files.readString(process.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1); // from the third field on
        return (double) (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MS_PER_TICK;
    }

    private double residentMegabytes() throws IOException {
        return Files.readAllLines(process.resolve("status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow()
                / 1e3;
    }

    private static void print(String what, double value, String unit) {
        System.out.printf("%-55s %10.2f %s%n", what, value, unit);
    }
}
