package io.wherry.contract.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.Acknowledgement;
import io.wherry.contract.AgentId;
import io.wherry.contract.Assignment;
import io.wherry.contract.BundleRef;
import io.wherry.contract.BundleSet;
import io.wherry.contract.Checkpoint;
import io.wherry.contract.Difference;
import io.wherry.contract.Digest;
import io.wherry.contract.Entry;
import io.wherry.contract.EntryOptions;
import io.wherry.contract.EntryState;
import io.wherry.contract.Envelope;
import io.wherry.contract.ImagePins;
import io.wherry.contract.Layer;
import io.wherry.contract.Manifest;
import io.wherry.contract.MerkleTree;
import io.wherry.contract.Outcome;
import io.wherry.contract.Permissions;
import io.wherry.contract.Phase;
import io.wherry.contract.Proof;
import io.wherry.contract.PublicKeyId;
import io.wherry.contract.Receipt;
import io.wherry.contract.Release;
import io.wherry.contract.Role;
import io.wherry.contract.Roles;
import io.wherry.contract.Running;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.Signer;
import io.wherry.contract.SiteVariable;
import io.wherry.contract.SourceRef;
import io.wherry.contract.StackId;
import io.wherry.contract.TestKey;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.TrustedKey;
import io.wherry.contract.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** One small world of good documents that fit together: what the golden files hold, and what flaws are put into. */
final class Documents {
    static final TestKey ROOT = TestKey.named("root");
    static final TestKey HUB = TestKey.named("hub");
    static final TestKey HUB_2 = TestKey.named("hub-2");
    static final TestKey RELEASE = TestKey.named("release");
    static final TestKey LOG = TestKey.named("log");
    static final TestKey APPROVER = TestKey.named("approver");
    static final TestKey APPROVER_2 = TestKey.named("approver-2");
    static final TestKey APPROVER_3 = TestKey.named("approver-3");
    static final TestKey AGENT = TestKey.named("agent");
    static final TestKey STRANGER = TestKey.named("stranger");

    static final AgentId AGENT_ID = AgentId.parse("0123456789abcdefghjkmnpqrs");
    static final AgentId OTHER_AGENT_ID = AgentId.parse("zyxwvtsrqpnmkjhgfedcba9876");
    static final StackId SHOP = StackId.parse("sh0p00000000000000000000a1");
    static final StackId SENSORS = StackId.parse("sens0rs0000000000000000b20");
    static final StackId OLD = StackId.parse("0d0000000000000000000000c3");

    static final Instant JANUARY = Instant.parse("2026-01-01T00:00:00Z");
    static final Instant NOON = Instant.parse("2026-02-01T12:00:00Z");
    static final Instant CLOCK = Instant.parse("2026-02-02T08:00:00.250Z");
    static final Version AGENT_VERSION = Version.parse("0.1.0");

    static final byte[] MODEL = "{\"name\":\"shop\",\"services\":{\"web\":{\"image\":\"shop:1\"}}}".getBytes(UTF_8);
    static final byte[] FILE = "greeting=hello\n".getBytes(UTF_8);

    private Documents() {}

    static Digest digest(String text) {
        return Digest.of(text.getBytes(UTF_8));
    }

    static TrustRoot root(long version, long epoch, Role hub, List<TestKey> keys) {
        return new TrustRoot(
                version,
                epoch,
                JANUARY.plus(Duration.ofDays(version - 1)),
                keys.stream().map(key -> TrustedKey.of(key.publicKey())).toList(),
                new Roles(
                        Role.of(ROOT.keyId()),
                        hub,
                        Role.of(LOG.keyId()),
                        new TreeMap<>(java.util.Map.of(
                                Roles.ANY, Role.of(RELEASE.keyId()), "production", Role.of(APPROVER.keyId())))),
                List.of(digest("ca")),
                "0.1.0",
                "0.1.0");
    }

    static final List<TestKey> KEYS = List.of(ROOT, HUB, RELEASE, LOG, APPROVER);
    static final TrustRoot ROOT_1 = root(1, 1, Role.of(HUB.keyId()), KEYS);
    static final Digest DOMAIN = Digest.of(ROOT_1.toStatement());

    /** A second hub key, and a new epoch as after a restore. */
    static final TrustRoot ROOT_2 = root(
            2,
            1_770_000_000,
            new Role(List.of(HUB.keyId(), HUB_2.keyId()), 1),
            Stream.concat(KEYS.stream(), Stream.of(HUB_2)).toList());

    /** Version 1's successor in which production asks for two of three approvers. */
    static final TrustRoot ROOT_TWO_OF_THREE = twoOfThree();

    private static TrustRoot twoOfThree() {
        TrustRoot one = root(
                2,
                1,
                Role.of(HUB.keyId()),
                Stream.concat(KEYS.stream(), Stream.of(APPROVER_2, APPROVER_3)).toList());
        var release = new TreeMap<>(one.roles().release());
        release.put("production", new Role(List.of(APPROVER.keyId(), APPROVER_2.keyId(), APPROVER_3.keyId()), 2));
        return new TrustRoot(
                one.version(),
                one.epoch(),
                one.issuedAt(),
                one.keys(),
                new Roles(one.roles().root(), one.roles().hub(), one.roles().log(), release),
                one.caPins(),
                one.minimumAgentVersion(),
                one.minimumHubVersion());
    }

    static final ImagePins IMAGES = new ImagePins(List.of(new ImagePins.Image(
            "shop:1",
            Optional.of(digest("index")),
            List.of(new ImagePins.Platform("linux/amd64", digest("manifest"), digest("config"))))));

    static final Manifest MANIFEST = new Manifest(
            List.of(
                    Layer.compose(Digest.of(MODEL), MODEL.length),
                    Layer.images(Digest.of(IMAGES.toBytes()), IMAGES.toBytes().length),
                    Layer.file("conf/shop.properties", false, Digest.of(FILE), FILE.length)),
            List.of("compose.v1"));

    static final BundleRef BUNDLE = bundle(MANIFEST);

    static BundleRef bundle(Manifest manifest) {
        byte[] bytes = manifest.toBytes();
        return new BundleRef(Digest.of(bytes), manifest.bundleBytes(bytes.length));
    }

    static final Release CONTENT = new Release(
            DOMAIN,
            SHOP,
            "shop",
            7,
            Release.Kind.CONTENT,
            Optional.of(BUNDLE),
            Optional.empty(),
            List.of("*"),
            Optional.of(new SourceRef(
                    "shop-config",
                    "https://git.example.com/shop.git",
                    "main",
                    "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
                    "deploy/shop")),
            Optional.of(Instant.parse("2027-01-01T00:00:00Z")),
            List.of(
                    new SiteVariable("SITE_NAME", "[a-z][a-z0-9-]{0,62}", Optional.empty()),
                    new SiteVariable("LOG_LEVEL", "debug|info|warn", Optional.of("info"))),
            new Permissions(new TreeSet<>(Set.of("service/old", "volume/cache")), true),
            List.of("site-variables.v1"));

    static final Release TOMBSTONE = new Release(
            DOMAIN,
            OLD,
            "old",
            3,
            Release.Kind.TOMBSTONE,
            Optional.empty(),
            Optional.empty(),
            List.of("*"),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            new Permissions(new TreeSet<>(Set.of("network/default", "service/web")), false),
            List.of());

    private static final List<Digest> SET = Stream.of(BUNDLE.digest(), digest("second"), digest("third"))
            .sorted()
            .toList();
    private static final List<Digest> SET_LEAVES =
            SET.stream().map(d -> MerkleTree.leafHash(d.raw())).toList();

    static final Release SET_RELEASE = new Release(
            DOMAIN,
            SENSORS,
            "sensors",
            2,
            Release.Kind.CONTENT,
            Optional.empty(),
            Optional.of(new BundleSet(MerkleTree.root(SET_LEAVES), 3)),
            List.of("lab"),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Permissions.NONE,
            List.of("bundle-sets.v1"));

    static EntryOptions options(String project) {
        return new EntryOptions(
                project,
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                true,
                true,
                false,
                Duration.ofMinutes(1),
                EntryOptions.OnUnhealthy.ROLLBACK,
                List.of(),
                Optional.empty(),
                false,
                List.of());
    }

    static final Entry SHOP_ENTRY = new Entry(
            SHOP,
            "shop",
            4,
            Entry.State.PRESENT,
            Digest.of(CONTENT.toStatement()),
            Optional.of(BUNDLE),
            new TreeMap<>(java.util.Map.of("SITE_NAME", "berlin-1")),
            List.of(),
            Optional.empty(),
            options("shop"));

    static final Entry OLD_ENTRY = new Entry(
            OLD,
            "old",
            9,
            Entry.State.ABSENT,
            Digest.of(TOMBSTONE.toStatement()),
            Optional.empty(),
            new TreeMap<>(),
            List.of(),
            Optional.empty(),
            options("old"));

    /** Everything that the next version will understand: a set with its proof, a sealed secret, an order, a last moment to begin. */
    static final Entry SENSORS_ENTRY = new Entry(
            SENSORS,
            "sensors",
            1,
            Entry.State.PRESENT,
            Digest.of(SET_RELEASE.toStatement()),
            Optional.of(BUNDLE),
            new TreeMap<>(),
            List.of(new SealedSecret(
                    "db-password",
                    "secret00000000000000000001",
                    2,
                    digest("sealing-key"),
                    SealedSecret.SUITE,
                    Base64.getEncoder().encodeToString(digest("enc").raw()),
                    Base64.getEncoder().encodeToString(digest("ciphertext").raw()))),
            Optional.of(new Proof(
                    SET.indexOf(BUNDLE.digest()), MerkleTree.inclusionProof(SET.indexOf(BUNDLE.digest()), SET_LEAVES))),
            new EntryOptions(
                    "sensors",
                    Duration.ZERO,
                    Duration.ofMinutes(5),
                    false,
                    false,
                    true,
                    Duration.ofMinutes(10),
                    EntryOptions.OnUnhealthy.HOLD,
                    List.of(SHOP),
                    Optional.of(Instant.parse("2026-02-10T02:00:00Z")),
                    false,
                    List.of()));

    static Assignment assignment(long sequence, Optional<Digest> previous, Entry... entries) {
        return new Assignment(
                DOMAIN,
                AGENT_ID,
                PublicKeyId.hash(AGENT.publicKey()),
                1,
                sequence,
                previous,
                NOON,
                NOON.plus(Duration.ofDays(30)),
                List.of("hub.example.com:8444"),
                List.of(entries),
                List.of(),
                List.of());
    }

    static final Assignment SIXTH = assignment(6, Optional.empty(), SHOP_ENTRY);
    static final Digest SIXTH_DIGEST = Digest.of(SIXTH.toStatement());
    static final Assignment SEVENTH = assignment(7, Optional.of(SIXTH_DIGEST), SHOP_ENTRY, OLD_ENTRY);

    static final Floor FLOOR = new Floor(1, 6, Optional.of(SIXTH_DIGEST), JANUARY, java.util.Map.of(SHOP, 7L, OLD, 2L));

    static AdoptionContext context() {
        return context(FLOOR, CLOCK);
    }

    static AdoptionContext context(Floor floor, Instant clock) {
        return new AdoptionContext(
                ROOT_1,
                DOMAIN,
                AGENT_ID,
                PublicKeyId.hash(AGENT.publicKey()),
                floor,
                clock,
                Set.of(SHOP, OLD),
                AGENT_VERSION);
    }

    static StageContext stageContext() {
        return new StageContext(ROOT_1, DOMAIN, "lab", FLOOR, CLOCK);
    }

    static final Receipt STATES = receipt(
            5,
            new Receipt.Body.States(List.of(new EntryState(
                    SHOP,
                    "shop",
                    4,
                    Optional.of(BUNDLE.digest()),
                    Outcome.ROLLED_BACK,
                    Phase.ROLLED_BACK,
                    "ContainerExited",
                    "service web exited with code 1; generation 3 runs again",
                    Optional.of(new Running(3, digest("bundle 3"))),
                    false,
                    true,
                    true,
                    List.of(new Difference("service/web", "image", "shop:1", "shop:0")),
                    new TreeMap<>(java.util.Map.of("web", digest("image").toString())),
                    CLOCK))));

    static Receipt receipt(long counter, Receipt.Body body) {
        return new Receipt(
                DOMAIN,
                AGENT_ID,
                counter,
                counter == 1 ? Optional.empty() : Optional.of(digest("receipt " + (counter - 1))),
                Optional.of(SIXTH_DIGEST),
                1,
                6,
                CLOCK,
                NOON,
                List.of(
                        "compose.v1",
                        "sealed-secrets.v1",
                        "site-variables.v1",
                        "start-before.v1"), // an agent from before thresholds
                body);
    }

    static final Checkpoint CHECKPOINT =
            new Checkpoint(DOMAIN, "hub.example.com/1", 1, 42, digest("audit root"), CLOCK);

    /** The site has written five receipts and keeps the last one; the first three were acknowledged. */
    static final AcknowledgementContext WRITTEN = new AcknowledgementContext(
            ROOT_1,
            DOMAIN,
            AGENT_ID,
            Optional.of(new Acknowledged(1, 3, digest("receipt 3"))),
            new TreeMap<>(java.util.Map.of(4L, digest("receipt 4"), 5L, Digest.of(STATES.toStatement()))));

    static final Acknowledgement ACKNOWLEDGEMENT = acknowledgement(5, Digest.of(STATES.toStatement()));

    static Acknowledgement acknowledgement(long counter, Digest receipt) {
        return new Acknowledgement(DOMAIN, AGENT_ID, 1, counter, receipt, CLOCK);
    }

    static byte[] sign(byte[] statement, Signer... signers) {
        return Envelope.sign(statement, signers).toJson();
    }

    /** A good envelope with these signatures instead of its own. */
    static byte[] withSignatures(byte[] statement, List<Envelope.Signature> signatures) {
        return new Envelope("application/vnd.in-toto+json", statement, new ArrayList<>(signatures)).toJson();
    }
}
