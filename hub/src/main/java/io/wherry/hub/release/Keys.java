package io.wherry.hub.release;

import io.wherry.base.Causes;
import io.wherry.base.DurableFiles;
import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.Role;
import io.wherry.contract.Roles;
import io.wherry.contract.Signer;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.TrustedKey;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The hub's signing keys, one per role of the trust root, and the chain of roots: {@code DIR/keys/*.pem} (0600) and {@code DIR/roots/N.json}.
 *
 * <p>Apart for each role, so that the release and root keys can leave the hub later without touching the others.
 */
public final class Keys {
    /** Asks for nothing: this is the first version. */
    private static final String ANY_VERSION = "0.0.0";

    private static final long FIRST_EPOCH = 1;

    private final Map<String, Signer> signers;
    private final Digest trustDomain;
    private final Path data;
    private volatile Chain chain;

    /** @param newest the last of the envelopes, parsed */
    private record Chain(List<byte[]> envelopes, TrustRoot newest) {
        Chain {
            envelopes = List.copyOf(envelopes);
        }
    }

    private Keys(Path data, Map<String, Signer> signers, Chain chain, Digest trustDomain) {
        this.data = data;
        this.signers = Map.copyOf(signers);
        this.chain = chain;
        this.trustDomain = trustDomain;
    }

    /**
     * Makes all keys and root version 1.
     *
     * @param caPin SHA-256 of the public key of the hub's certificate authority
     * @throws KeysException if there are keys already, or a file cannot be written
     */
    public static Keys create(Path data, Digest caPin, SecureRandom random, Instant now) {
        if (Files.exists(roots(data))) {
            throw new KeysException(roots(data)
                    + ": there is a trust root already (it is never made anew: sites would not know the hub)");
        }
        try {
            makeFolder(keys(data));
            makeFolder(roots(data));
            KeyFile hub = make(data, "hub", random);
            KeyFile release = make(data, "release", random);
            KeyFile log = make(data, "log", random);
            KeyFile root = make(data, "root", random);
            TrustRoot first = new TrustRoot(
                    1,
                    FIRST_EPOCH,
                    now.truncatedTo(ChronoUnit.MILLIS),
                    List.of(hub, release, log, root).stream()
                            .map(key -> TrustedKey.of(key.publicKey()))
                            .toList(),
                    new Roles(
                            Role.of(root.signer().keyId()),
                            Role.of(hub.signer().keyId()),
                            Role.of(log.signer().keyId()),
                            new TreeMap<>(
                                    Map.of(Roles.ANY, Role.of(release.signer().keyId())))),
                    List.of(caPin),
                    ANY_VERSION,
                    ANY_VERSION);
            byte[] envelope = Envelope.sign(first.toStatement(), root.signer()).toJson();
            DurableFiles.writeReadable(roots(data).resolve("1.json"), envelope);
        } catch (IOException e) {
            throw new KeysException(data + ": the keys cannot be written: " + Causes.named(e), e);
        }
        return open(data);
    }

    private static KeyFile make(Path data, String role, SecureRandom random) throws IOException {
        KeyFile key = KeyFile.generate(random);
        key.write(file(data, role));
        return key;
    }

    /**
     * Reads keys and roots.
     *
     * @throws KeysException naming the file that is missing, readable by others, or not what the newest root says
     */
    public static Keys open(Path data) {
        List<byte[]> chain = readChain(data);
        TrustRoot newest = parse(data, chain.getLast());
        Map<String, Signer> signers = new HashMap<>();
        for (KeyRole role : KeyRole.values()) {
            Path file = current(data, role, newest);
            if (role != KeyRole.ROOT
                    || Files.exists(file)) { // that one may be kept elsewhere: serving takes no root key
                signers.put(role.word(), KeyFile.read(file).signer());
            }
        }
        Digest trustDomain = Envelope.parse(chain.getFirst()).digest();
        requireTrusted(newest.roles().hub(), signers, "hub", data);
        requireTrusted(newest.roles().log(), signers, "log", data);
        return new Keys(data, signers, new Chain(chain, newest), trustDomain);
    }

    /** The key of a rotation that broke off after its root was written stands under another name still: the root says which one counts. */
    private static Path current(Path data, KeyRole role, TrustRoot newest) {
        Path next = KeyRotation.next(file(data, role.word()));
        return Files.exists(next)
                        && newest.findKey(KeyFile.read(next).signer().keyId()).isPresent()
                ? next
                : file(data, role.word());
    }

    private static void requireTrusted(Role role, Map<String, Signer> signers, String name, Path data) {
        Signer signer = Optional.ofNullable(signers.get(name)).orElseThrow();
        if (!role.keyIds().contains(signer.keyId())) {
            throw new KeysException(file(data, name) + ": not the " + name
                    + " key that the trust root names (restore keys and roots from the same backup)");
        }
    }

    private static List<byte[]> readChain(Path data) {
        List<byte[]> chain = new ArrayList<>();
        try {
            for (int version = 1; Files.exists(roots(data).resolve(version + ".json")); version++) {
                chain.add(Files.readAllBytes(roots(data).resolve(version + ".json")));
            }
        } catch (IOException e) {
            throw new KeysException(roots(data) + ": the trust roots cannot be read: " + Causes.named(e), e);
        }
        if (chain.isEmpty()) {
            throw new KeysException(roots(data) + ": no trust root (restore it from the backup)");
        }
        return chain;
    }

    private static TrustRoot parse(Path data, byte[] envelope) {
        try {
            return parse(envelope);
        } catch (JsonException | IllegalArgumentException e) {
            throw new KeysException(
                    roots(data) + ": a trust root cannot be read: " + e.getMessage() + " (restore it from the backup)",
                    e);
        }
    }

    private static TrustRoot parse(byte[] envelope) {
        return TrustRoot.parse(JsonReader.statement(Envelope.parse(envelope).payload(), Limits.STATEMENT_BYTES));
    }

    private static void makeFolder(Path folder) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    static Path keys(Path data) {
        return data.resolve("keys");
    }

    static Path roots(Path data) {
        return data.resolve("roots");
    }

    static Path file(Path data, String role) {
        return keys(data).resolve(role + ".pem");
    }

    /** Signs assignments. */
    public Signer hub() {
        return signer("hub");
    }

    /** Signs releases. */
    public Signer release() {
        return signer("release");
    }

    /** Signs checkpoints of the audit log. */
    public Signer log() {
        return signer("log");
    }

    /**
     * Signs the next root.
     *
     * @throws KeysException if it is kept elsewhere
     */
    public Signer root() {
        Signer root = Optional.ofNullable(signers.get("root"))
                .orElseThrow(
                        () -> new KeysException(
                                file(data, "root")
                                        + ": is not here, and a new trust root needs it (put it back for this, then take it away again)"));
        requireTrusted(trustRoot().roles().root(), signers, "root", data);
        return root;
    }

    /** Whether {@link #root} lies here. */
    public boolean hasRoot() {
        return signers.containsKey("root");
    }

    /** Ids of the keys that lie on the hub. */
    Set<String> own() {
        return signers.values().stream().map(Signer::keyId).collect(Collectors.toSet());
    }

    Signer signer(String role) {
        return Optional.ofNullable(signers.get(role)).orElseThrow();
    }

    /** SHA-256 of root version 1: the hub's name in every statement and join token. */
    public Digest trustDomain() {
        return trustDomain;
    }

    public long epoch() {
        return trustRoot().epoch();
    }

    public TrustRoot trustRoot() {
        return chain.newest();
    }

    /** Version of the first root of the present epoch. */
    public long epochBegan() {
        Chain now = chain;
        return now.envelopes().stream()
                .map(Keys::parse)
                .filter(root -> root.epoch() == now.newest().epoch())
                .mapToLong(TrustRoot::version)
                .min()
                .orElseThrow();
    }

    /**
     * Appends roots with the same keys and epoch until the newest has this version: for agents that follow a root of this version already which this
     * hub does not know. Also while the hub runs; agents follow as they follow any root. Does nothing where the chain is that long.
     *
     * @throws KeysException if that is more than agents take, or a file cannot be written
     */
    public void extend(long version, Instant now) {
        follow(version, epoch(), now);
    }

    synchronized void follow(long version, long epoch, Instant now) {
        KeyRotation.requireRoom(data, version);
        try {
            while (trustRoot().version() < version) {
                List<byte[]> longer = new ArrayList<>(chain.envelopes());
                longer.add(KeyRotation.append(data, this, epoch, now));
                chain = new Chain(longer, parse(longer.getLast()));
            }
        } catch (IOException e) {
            throw new KeysException(roots(data) + ": a trust root cannot be written: " + Causes.named(e), e);
        }
    }

    /** The envelopes of all roots, version 1 first: what an agent is given. Not copied, do not change them. */
    public List<byte[]> chain() {
        return chain.envelopes();
    }
}
