package io.wherry.agent;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.wherry.agent.hubclient.TrainingHub;
import io.wherry.agent.state.AgentState;
import io.wherry.agent.state.CertificateFile;
import io.wherry.agent.state.DeviceKeys;
import io.wherry.agent.state.DurableStore;
import io.wherry.agent.state.Membership;
import io.wherry.agent.state.StateFolder;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Stands in for a hub while packaging/lib/train-agent.sh makes the agent's class cache, on a machine that has an agent alone: writes the state folder
 * of an agent that has joined, and answers its cycles, one for each runtime. The agent that records is another process, so nothing of this is kept.
 */
final class StartUpTraining {
    /** Of keys that live as long as this process. */
    private static final char[] PASSWORD = "training".toCharArray();

    private static final Duration VALIDITY = Duration.ofDays(1);

    private StartUpTraining() {}

    /**
     * Runs until standard input ends.
     *
     * @param arguments one: a folder with {@code keys.p12}, whose entries are {@code ca}, {@code hub} and {@code device}; gets {@code agent}, the state
     *     folder, {@code kubeconfig}, and then {@code ready}
     */
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        Path folder = Path.of(arguments[0]);
        KeyStore keys = KeyStore.getInstance(folder.resolve("keys.p12").toFile(), PASSWORD);
        try (TrainingHub hub = hub(keys)) {
            writeIdentity(folder.resolve("agent"), keys);
            try (StateFolder state = StateFolder.open(folder.resolve("agent"), "training")) {
                hub.offer(join(state, keys, hub.address()));
            }
            Files.writeString(folder.resolve("kubeconfig"), kubeconfig(hub.clusterAddress(), keys), US_ASCII);
            Files.createFile(folder.resolve("ready"));
            while (System.in.read() >= 0) {
                // whoever started this closes it
            }
        }
        System.exit(0);
    }

    private static String kubeconfig(String server, KeyStore keys) throws GeneralSecurityException {
        String authority = pem("CERTIFICATE", keys.getCertificate("ca").getEncoded());
        return """
                apiVersion: v1
                kind: Config
                clusters: [{name: training, cluster: {server: "%s", certificate-authority-data: %s}}]
                users: [{name: training, user: {token: training}}]
                contexts: [{name: training, context: {cluster: training, user: training}}]
                current-context: training
                """.formatted(server, Base64.getEncoder().encodeToString(authority.getBytes(US_ASCII)));
    }

    private static TrainingHub hub(KeyStore keys) throws IOException, GeneralSecurityException {
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry("hub", keys.getKey("hub", PASSWORD), PASSWORD, keys.getCertificateChain("hub"));
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(own, PASSWORD);
        KeyStore authority = KeyStore.getInstance("PKCS12");
        authority.load(null, null);
        authority.setCertificateEntry("ca", keys.getCertificate("ca"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authority);
        SSLContext tls = SSLContext.getInstance("TLSv1.3");
        tls.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
        return new TrainingHub(tls);
    }

    /** The agent makes its keys itself, but nothing here could issue a certificate for them. */
    private static void writeIdentity(Path data, KeyStore keys) throws IOException, GeneralSecurityException {
        Files.createDirectory(data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        PrivateKey identity = (PrivateKey) keys.getKey("device", PASSWORD);
        Files.writeString(
                data.resolve("identity.key"),
                pem("PRIVATE KEY", identity.getEncoded())
                        + pem(
                                "PUBLIC KEY",
                                keys.getCertificate("device").getPublicKey().getEncoded()),
                US_ASCII);
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label
                + "-----\n";
    }

    /** @return the assignment of the agent that has joined: of no stack, which walks through all that is judged */
    private static byte[] join(StateFolder folder, KeyStore keys, String address) throws GeneralSecurityException {
        DurableStore store = new DurableStore(folder);
        DeviceKeys device = DeviceKeys.openOrMake(folder);
        List<X509Certificate> chain = Arrays.stream(keys.getCertificateChain("device"))
                .map(X509Certificate.class::cast)
                .toList();
        new CertificateFile(folder, store).write(chain);
        KeyPair signer = pair();
        Instant now = InstantSource.system().instant();
        TrustRoot root = root(signer, keys.getCertificate("ca").getPublicKey().getEncoded(), now);
        Digest trustDomain = Digest.of(root.toStatement());
        AgentId id = AgentId.random(new SecureRandom());
        AgentState.join(
                folder,
                store,
                device,
                new Membership(id, "training", "", trustDomain, List.of(address)),
                new AgentState.Joined(
                        List.of(Envelope.sign(root.toStatement(), EcdsaSigner.of(signer))
                                .toJson()),
                        root,
                        Floor.first(root, AgentVersion.BUILT)));
        Assignment assignment = new Assignment(
                trustDomain,
                id,
                device.identityHash(),
                1,
                1,
                Optional.empty(),
                now,
                now.plus(VALIDITY),
                List.of(address),
                List.of(),
                List.of(),
                List.of());
        return Envelope.sign(assignment.toStatement(), EcdsaSigner.of(signer)).toJson();
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

    private static KeyPair pair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }
}
