package io.wherry.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.wherry.agent.cli.WherryAgent;
import io.wherry.agent.hubclient.TrainingHub;
import io.wherry.agent.hubclient.TrainingKey;
import io.wherry.agent.runtime.docker.TrainingEngine;
import io.wherry.agent.state.AgentState;
import io.wherry.agent.state.CertificateFile;
import io.wherry.agent.state.DeviceKeys;
import io.wherry.agent.state.DurableStore;
import io.wherry.agent.state.Membership;
import io.wherry.agent.state.StateFolder;
import io.wherry.base.ExitCode;
import io.wherry.contract.AgentId;
import io.wherry.contract.Assignment;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.Envelope;
import io.wherry.contract.PublicKeyId;
import io.wherry.contract.Role;
import io.wherry.contract.Roles;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.TrustedKey;
import io.wherry.contract.verify.Floor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Stands in for a hub and a Docker engine while packaging/lib/train-agent.sh makes the agent's class caches, on a machine that has an agent alone: writes the
 * state folders of two agents that have joined, one for each runtime, and answers their cycles. The first of the Docker engine's agent, in this process, brings it a
 * stack; the second, which is recorded, finds that one as it should be and brings another, so that both usual kinds of work are in the cache. The agent that records is
 * another process, so nothing of this is kept.
 */
final class StartUpTraining {
    private static final Duration VALIDITY = Duration.ofDays(1);

    private StartUpTraining() {}

    /**
     * Runs until standard input ends.
     *
     * @param arguments one: a folder, which gets the state folders {@code docker} and {@code kubernetes}, {@code engine.sock}, {@code kubeconfig}, and then
     *     {@code ready}
     */
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        Path folder = Path.of(arguments[0]);
        TrainingKey authority = TrainingKey.authority();
        TrainingKey device = authority.device();
        try (TrainingHub hub = new TrainingHub(authority.hub().serving());
                TrainingEngine _ = new TrainingEngine(folder.resolve("engine.sock"))) {
            Joined docker = join(folder.resolve("docker"), device, hub.address());
            TrainingStack first = new TrainingStack("first", docker.trustDomain(), docker.signer());
            TrainingStack second = new TrainingStack("second", docker.trustDomain(), docker.signer());
            hub.offer(docker.assignment(1, List.of(first)));
            hub.offer(docker.assignment(2, List.of(first, second)));
            hub.keep(first.content());
            hub.keep(second.content());
            first(folder.resolve("docker"));
            hub.offer(join(folder.resolve("kubernetes"), device, hub.address()).assignment(1, List.of()));
            Files.writeString(folder.resolve("kubeconfig"), kubeconfig(hub.clusterAddress(), authority), US_ASCII);
            Files.createFile(folder.resolve("ready"));
            while (System.in.read() >= 0) {
                // whoever started this closes it
            }
        }
        System.exit(0);
    }

    /** The cycle before the one that is recorded, by what is loaded here already. */
    private static void first(Path data) {
        StringWriter said = new StringWriter();
        int exit = WherryAgent.run(new PrintWriter(said), "run", "--once", "--data", data.toString());
        if (exit != ExitCode.OK.code()) {
            throw new IllegalStateException("the first cycle: exit " + exit + " (expected: 0): " + said);
        }
    }

    private static String kubeconfig(String server, TrainingKey authority) throws GeneralSecurityException {
        String certificate = pem("CERTIFICATE", authority.chain().getLast().getEncoded());
        return """
                apiVersion: v1
                kind: Config
                clusters: [{name: training, cluster: {server: "%s", certificate-authority-data: %s}}]
                users: [{name: training, user: {token: training}}]
                contexts: [{name: training, context: {cluster: training, user: training}}]
                current-context: training
                """.formatted(server, Base64.getEncoder().encodeToString(certificate.getBytes(US_ASCII)));
    }

    /** The agent makes its keys itself, but nothing here could issue a certificate for them. */
    private static void writeIdentity(Path data, KeyPair identity) throws IOException {
        Files.createDirectory(data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(
                data.resolve("identity.key"),
                pem("PRIVATE KEY", identity.getPrivate().getEncoded())
                        + pem("PUBLIC KEY", identity.getPublic().getEncoded()),
                US_ASCII);
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label
                + "-----\n";
    }

    /** An agent that has joined with the hub at this address. */
    private record Joined(Digest trustDomain, EcdsaSigner signer, AgentId id, Digest identity, String address) {
        byte[] assignment(long sequence, List<TrainingStack> stacks) {
            Instant now = now();
            Assignment assignment = new Assignment(
                    trustDomain,
                    id,
                    identity,
                    1,
                    sequence,
                    Optional.empty(),
                    now,
                    now.plus(VALIDITY),
                    List.of(address),
                    stacks.stream().map(TrainingStack::entry).toList(),
                    List.of(),
                    List.of());
            return Envelope.sign(assignment.toStatement(), signer).toJson();
        }
    }

    private static Joined join(Path data, TrainingKey identity, String address)
            throws IOException, GeneralSecurityException {
        writeIdentity(data, identity.pair());
        Files.writeString(
                data.resolve("agent.yaml"), "docker:\n  host: unix://" + data.resolveSibling("engine.sock") + "\n");
        try (StateFolder folder = StateFolder.open(data, "training")) {
            return join(folder, identity, address);
        }
    }

    private static Joined join(StateFolder folder, TrainingKey identity, String address)
            throws GeneralSecurityException {
        DurableStore store = new DurableStore(folder);
        DeviceKeys device = DeviceKeys.openOrMake(folder);
        new CertificateFile(folder, store).write(identity.chain());
        KeyPair pair = TrainingKey.fresh();
        TrustRoot root = root(pair, identity.chain().getLast().getPublicKey().getEncoded(), now());
        Digest trustDomain = Digest.of(root.toStatement());
        EcdsaSigner signer = EcdsaSigner.of(pair);
        AgentId id = AgentId.random(new SecureRandom());
        AgentState.join(
                folder,
                store,
                device,
                new Membership(id, "training", "", trustDomain, List.of(address)),
                new AgentState.Joined(
                        List.of(Envelope.sign(root.toStatement(), signer).toJson()),
                        root,
                        Floor.first(root, AgentVersion.BUILT)));
        return new Joined(trustDomain, signer, id, device.identityHash(), address);
    }

    /** As the agent judges it: a machine whose clock has not been set yet is no earlier than this program. */
    private static Instant now() {
        Instant now = InstantSource.system().instant();
        return now.isBefore(AgentVersion.BUILT) ? AgentVersion.BUILT : now;
    }

    private static TrustRoot root(KeyPair signer, byte[] authority, Instant now) {
        Role role = Role.of(PublicKeyId.of(signer.getPublic()));
        return new TrustRoot(
                1,
                1,
                now,
                List.of(TrustedKey.of(signer.getPublic())),
                new Roles(role, role, role, new TreeMap<>(Map.of(Roles.ANY, role))),
                List.of(Digest.of(authority)),
                "0.0.0",
                "0.0.0");
    }
}
