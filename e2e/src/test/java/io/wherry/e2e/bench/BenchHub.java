package io.wherry.e2e.bench;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.hub.agentapi.AgentPort;
import io.wherry.hub.agentapi.Delegates;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.LogIdentity;
import io.wherry.hub.db.Database;
import io.wherry.hub.fleet.AgentCertificates;
import io.wherry.hub.fleet.AgentFacts;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.fleet.CaKeys;
import io.wherry.hub.fleet.CertificateAuthority;
import io.wherry.hub.fleet.EnrolOutcome;
import io.wherry.hub.fleet.EnrolRequest;
import io.wherry.hub.fleet.Enrolment;
import io.wherry.hub.fleet.Exports;
import io.wherry.hub.fleet.FleetStore;
import io.wherry.hub.fleet.JoinPoint;
import io.wherry.hub.fleet.JoinTokenSpec;
import io.wherry.hub.fleet.JoinTokens;
import io.wherry.hub.fleet.LastSeen;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.rollout.Offer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The hub's agent port as a process of its own, so that its CPU and memory can be told apart from the agents'.
 *
 * <p>Real database, authority, enrolment and port. One command per line on standard input, one line of answer each:
 * {@code join KEYS…} is done at start; {@code cpu} nanoseconds of CPU so far; {@code rss} resident kB; {@code held}; {@code change N} gives the
 * N-th agent something new; {@code quit}.
 */
final class BenchHub {
    private static final byte[] ENVELOPE = new byte[4096];

    private final Map<AgentId, Offer> offers = new ConcurrentHashMap<>();
    private final SecureRandom random = new SecureRandom();

    private BenchHub() {}

    /** @param args folder, number of agents, {@code boringssl} or {@code jdk} */
    public static void main(String[] args) throws IOException {
        new BenchHub().run(Path.of(args[0]), Integer.parseInt(args[1]), args[2].equals("boringssl"));
    }

    private void run(Path folder, int count, boolean boringSsl) throws IOException {
        InstantSource clock = InstantSource.system();
        Digest trustDomain = Digest.of(new byte[] {1});
        var authority = new CertificateAuthority(CaKeys.create(random, clock.instant()), clock, random);
        try (Database database = Database.open(folder.resolve("hub.db"))) {
            var agents = new AgentRepository(database);
            var audit = new AuditLog(
                    database,
                    new LogIdentity(
                            trustDomain, 1, EcdsaSigner.of(BenchDevice.create().keys())),
                    clock);
            var resources = new ResourceRepository(
                    database, clock, () -> AgentId.random(random).value());
            var store = new FleetStore(database, agents, resources, audit);
            var joinPoint = new JoinPoint(List.of("localhost:8444"), authority.pin(), trustDomain);
            var tokens = new JoinTokens(store, joinPoint, clock, random);
            var certificates = new AgentCertificates(authority, trustDomain);
            var enrolment = new Enrolment(store, tokens, certificates, clock, random);
            List<AgentId> ids = join(folder, count, tokens, enrolment);
            Files.write(folder.resolve("ca.der"), authority.certificate().getEncoded());
            try (LastSeen lastSeen = LastSeen.start(agents, clock);
                    AgentPort port = AgentPort.start(
                            new AgentPort.Settings(
                                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                    authority.issueServer(List.of("localhost")),
                                    authority.certificate(),
                                    certificates,
                                    clock,
                                    boringSsl),
                            new Delegates(
                                    enrolment,
                                    agents,
                                    lastSeen,
                                    new Changes(),
                                    new Nowhere(),
                                    Delegates.Reviews.NONE,
                                    () -> new Delegates.Roots(1, List.of()),
                                    Delegates.Log.NONE,
                                    new Exports(new SecureRandom())))) {
                System.out.println("ready " + port.port());
                serve(port, ids);
            }
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<AgentId> join(Path folder, int count, JoinTokens tokens, Enrolment enrolment)
            throws IOException {
        StringBuilder identities = new StringBuilder();
        List<AgentId> ids = new java.util.ArrayList<>();
        for (int i = 0; i < count; i++) {
            BenchDevice device = BenchDevice.create();
            var token = tokens.create(JoinTokenSpec.of(Map.of()), Who.HUB);
            var facts = new AgentFacts(
                    "site-" + i,
                    "docker",
                    "engine-" + i,
                    "20.10",
                    "0.1.0",
                    "linux/amd64",
                    "host",
                    "",
                    List.of(),
                    0,
                    "",
                    "");
            var enrolled = (EnrolOutcome.Enrolled) enrolment.enrol(new EnrolRequest(
                    token.secret(), device.csr(), device.sealingKey(), device.sealingKeySignature(), facts, "bench"));
            ids.add(enrolled.agent().id());
            Base64.Encoder base64 = Base64.getEncoder();
            identities
                    .append(base64.encodeToString(device.keys().getPrivate().getEncoded()))
                    .append(' ')
                    .append(base64.encodeToString(enrolled.certificates().der().getFirst()))
                    .append('\n');
        }
        Files.writeString(folder.resolve("identities"), identities);
        return ids;
    }

    private void serve(AgentPort port, List<AgentId> ids) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null && !line.equals("quit"); line = lines.readLine()) {
            String[] words = line.split(" ", -1);
            System.out.println(
                    switch (words[0]) {
                        case "cpu" -> cpuNanos();
                        case "rss" -> rssKilobytes();
                        case "held" -> port.held();
                        case "change" -> change(port, ids.get(Integer.parseInt(words[1])));
                        default -> "unknown";
                    });
        }
    }

    private String change(AgentPort port, AgentId agent) {
        long sequence =
                Optional.ofNullable(offers.get(agent)).map(Offer::sequence).orElse(1L) + 1;
        offers.put(agent, new Offer(1, sequence, Digest.of(ENVELOPE), ENVELOPE));
        port.changed(agent);
        return "changed";
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static String rssKilobytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.replaceAll("\\D", ""))
                .findFirst()
                .orElse("0");
    }

    /** Something new for whom {@code change} named. */
    private final class Changes implements Delegates.Work {
        @Override
        public Optional<Offer> newest(AgentId agent) {
            return Optional.ofNullable(offers.get(agent));
        }

        @Override
        public OptionalLong size(AgentId agent, Digest digest) {
            return OptionalLong.empty();
        }

        @Override
        public Optional<InputStream> open(AgentId agent, Digest digest) {
            return Optional.empty();
        }
    }

    /** Idle agents report nothing. */
    private static final class Nowhere implements Delegates.Reports {
        @Override
        public List<Digest> receipts(AgentId agent, List<byte[]> envelopes) {
            return List.of();
        }

        @Override
        public void progress(AgentId agent, List<Delegates.StackProgress> progress) {}
    }
}
