package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import io.wherry.contract.Dsse;
import io.wherry.contract.Entry;
import io.wherry.contract.Envelope;
import io.wherry.contract.Permissions;
import io.wherry.contract.Release;
import io.wherry.contract.Role;
import io.wherry.contract.Roles;
import io.wherry.contract.Signer;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.verify.Floor;
import io.wherry.contract.verify.RootChain;
import io.wherry.contract.verify.Roots;
import io.wherry.contract.verify.Stage;
import io.wherry.contract.verify.VerifyReason;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.AuditQuery;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.release.WaitingRelease;
import io.wherry.hub.sync.ReleaseApprovals.Result;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * S3: whoever holds the keys that are on the hub cannot ship what approvers have not signed. The attacker signs any assignment and so chooses the
 * entry; what an agent of environment production says to its release is asked of the verifier that agents use, under the hub's real trust roots.
 */
class S3TwoKeyTest {
    private static final Map<String, String> APP = Map.of("app", "yes");

    @TempDir
    Path folder;

    private final Approver ada = Approver.create();
    private final Approver bob = Approver.create();
    private SyncFixture hub;
    private AgentRecord live;
    private Floor floor;

    @BeforeEach
    void start() {
        hub = new SyncFixture(folder);
        hub.source();
        live = hub.join("live", "production", APP, Map.of());
        hub.approvers("production", 2, ada.keys(), bob.keys());
        hub.approvers("vault", 2, ada.keys(), bob.keys());
        hub.stack("shop", "shop", "");
        hub.stack("blog", "blog", "");
        floor = Floor.first(hub.trust.trustRoot(), Instant.EPOCH);
        commit(1);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private void commit(int number) {
        String web = "services: {web: {image: 'shop:%d'}}\nvolumes: {data: {}}\n".formatted(number);
        hub.commitAndCheck(
                "commit " + number, Map.of("shop/compose.yaml", web, "blog/compose.yaml", web + "name: blog\n"));
    }

    private WaitingRelease waiting(String stack) {
        return hub.approvals.waiting(stack).orElseThrow().getFirst();
    }

    /** Both approvers sign what waits, and the agent takes it. */
    private Entry approved(String stack) {
        hub.approvals.submit(stack, Approver.sign(waiting(stack), ada, bob), SyncFixture.ADA);
        Entry entry = hub.entry(live, stack);
        byte[] envelope = hub.releases.find(entry.release()).orElseThrow().envelope();
        floor = ((Stage.Staged) hub.stage(entry, "production", envelope, floor)).next();
        return entry;
    }

    /** The entry that the attacker makes of a good one, so that it names this release and what is in it. */
    private static Entry naming(Entry entry, Release release) {
        return new Entry(
                entry.stack(),
                entry.name(),
                entry.generation() + 1,
                release.kind() == Release.Kind.TOMBSTONE ? Entry.State.ABSENT : Entry.State.PRESENT,
                Digest.of(release.toStatement()),
                release.bundle(),
                new TreeMap<>(),
                List.of(),
                Optional.empty(),
                entry.options());
    }

    private void refused(VerifyReason reason, Entry entry, Envelope envelope) {
        assertThat(hub.stage(entry, "production", envelope.toJson(), floor))
                .isInstanceOfSatisfying(Stage.Refused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(reason));
    }

    private static Envelope with(Release release, List<Envelope.Signature> signatures, Signer... more) {
        List<Envelope.Signature> all = new ArrayList<>(signatures);
        for (Signer signer : more) {
            all.addAll(Envelope.sign(release.toStatement(), signer).signatures());
        }
        return new Envelope(Dsse.PAYLOAD_TYPE, release.toStatement(), all);
    }

    private static Release with(Release release, List<String> environments, Permissions permissions) {
        return new Release(
                release.trustDomain(),
                release.stack(),
                release.name(),
                release.counter(),
                release.kind(),
                release.bundle(),
                release.bundleSet(),
                environments,
                release.source(),
                release.notAfter(),
                release.siteVariables(),
                permissions,
                release.crit());
    }

    private Signer[] hubKeys() {
        return new Signer[] {hub.trust.release(), hub.trust.hub(), hub.trust.log(), hub.trust.root()};
    }

    @Test
    void whatTheHubAloneHasSignedIsRefused() {
        Entry good = approved("shop");
        commit(2);
        Release release = waiting("shop").release();

        refused(VerifyReason.SIGNATURE_INVALID, naming(good, release), with(release, List.of(), hub.trust.release()));
        refused(VerifyReason.SIGNATURE_INVALID, naming(good, release), with(release, List.of(), hubKeys()));
    }

    @Test
    void soIsARemovalThatTheHubAloneHasSigned() {
        Entry good = approved("shop");
        hub.operations.delete("shop", true, SyncFixture.ADA, stored -> {});
        Release tombstone = waiting("shop").release();

        assertThat(tombstone.kind()).isEqualTo(Release.Kind.TOMBSTONE);
        refused(VerifyReason.SIGNATURE_INVALID, naming(good, tombstone), with(tombstone, List.of(), hubKeys()));
    }

    @Test
    void anOldReleaseIsRefusedUnderANewerAssignment() {
        Entry first = approved("shop");
        Release old = hub.release(first);
        Envelope signed =
                Envelope.parse(hub.releases.find(first.release()).orElseThrow().envelope());
        commit(2);
        Entry second = approved("shop");

        refused(VerifyReason.COUNTER_TOO_OLD, naming(second, old), signed);
    }

    @Test
    void anotherStacksReleaseIsRefused() {
        Entry shop = approved("shop");
        Entry blog = approved("blog");
        Release of = hub.release(blog);

        refused(
                VerifyReason.OTHER_RELEASE,
                naming(shop, of),
                Envelope.parse(hub.releases.find(blog.release()).orElseThrow().envelope()));
    }

    @Test
    void aReleaseForAnotherEnvironmentIsRefusedAlsoOfTheSameApprovers() {
        Entry good = approved("shop");
        commit(2);
        Release vault = with(waiting("shop").release(), List.of("vault"), Permissions.NONE);

        refused(
                VerifyReason.ENVIRONMENT_WRONG,
                naming(good, vault),
                with(vault, List.of(), ada.signer(), bob.signer()));
    }

    @Test
    void raisedPermissionsAreRefused() {
        Entry good = approved("shop");
        commit(2);
        WaitingRelease asked = waiting("shop");
        List<Envelope.Signature> both = Approver.sign(asked, ada, bob).signatures();
        Release deletes = with(
                asked.release(),
                asked.release().environments(),
                new Permissions(new TreeSet<>(Set.of("volume/data")), true));
        Release anywhere = with(asked.release(), List.of("*"), asked.release().permissions());

        refused(VerifyReason.SIGNATURE_INVALID, naming(good, deletes), with(deletes, both, hubKeys()));
        refused(VerifyReason.SIGNATURE_INVALID, naming(good, anywhere), with(anywhere, both, hubKeys()));
    }

    @Test
    void otherContentUnderASignedReleaseIsRefused() {
        Entry good = approved("shop");
        Entry blog = approved("blog");
        Envelope signed =
                Envelope.parse(hub.releases.find(good.release()).orElseThrow().envelope());
        Entry swapped = new Entry(
                good.stack(),
                good.name(),
                good.generation() + 1,
                Entry.State.PRESENT,
                good.release(),
                blog.bundle(),
                new TreeMap<>(),
                List.of(),
                Optional.empty(),
                good.options());

        assertThat(blog.bundle()).isNotEqualTo(good.bundle());
        refused(VerifyReason.OTHER_BUNDLE, swapped, signed);
    }

    @Test
    void fewerThanAskedForAreRefusedAndTheSameKeyTwiceIsOne() {
        Entry good = approved("shop");
        commit(2);
        Release release = waiting("shop").release();
        Entry entry = naming(good, release);

        refused(VerifyReason.SIGNATURE_INVALID, entry, with(release, List.of(), ada.signer()));
        refused(VerifyReason.SIGNATURE_INVALID, entry, with(release, List.of(), ada.signer(), hub.trust.release()));
        refused(VerifyReason.SIGNATURE_INVALID, entry, with(release, List.of(), ada.signer(), ada.signer()));
        Envelope.Signature first =
                Approver.sign(waiting("shop"), ada).signatures().getFirst();
        refused(
                VerifyReason.SIGNATURE_INVALID,
                entry,
                with(release, List.of(first, new Envelope.Signature(bob.keyId(), first.sig())), ada.signer()));
        assertThat(hub.stage(
                        entry,
                        "production",
                        with(release, List.of(), ada.signer(), bob.signer()).toJson(),
                        floor))
                .isInstanceOf(Stage.Staged.class);
    }

    @Test
    void withoutTheRootKeyNobodyTakesTheApproversAway() {
        TrustRoot now = hub.trust.trustRoot();
        var release = new TreeMap<>(now.roles().release());
        release.put("production", Role.of(hub.trust.release().keyId()));
        TrustRoot forged = new TrustRoot(
                now.version() + 1,
                now.epoch(),
                now.issuedAt(),
                now.keys(),
                new Roles(now.roles().root(), now.roles().hub(), now.roles().log(), release),
                now.caPins(),
                now.minimumAgentVersion(),
                now.minimumHubVersion());
        byte[] envelope = Envelope.sign(forged.toStatement(), hub.trust.release(), hub.trust.hub(), hub.trust.log())
                .toJson();

        assertThat(RootChain.extend(Optional.of(now), hub.trust.trustDomain(), List.of(envelope)))
                .isInstanceOfSatisfying(Roots.Refused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(VerifyReason.SIGNATURE_INVALID));
    }

    /** What the hub itself says to those who bring signatures. */
    @Test
    void theHubTakesOnlyApproversSignaturesOfTheVeryReleaseThatWaits() {
        approved("shop");
        Envelope before = Approver.sign(
                hub.releases
                        .find(hub.entry(live, "shop").release())
                        .orElseThrow()
                        .release()
                        .toStatement(),
                ada);
        commit(2);
        WaitingRelease asked = waiting("shop");
        Release raised = with(asked.release(), List.of("*"), asked.release().permissions());
        int refusals = refusals();

        notTaken("ApproverUnknown", with(asked.release(), List.of(), hub.trust.release()));
        notTaken("ApproverUnknown", Approver.sign(asked, ada, Approver.create()));
        notTaken(
                "ApproverUnknown",
                with(asked.release(), Approver.sign(waiting("blog"), ada).signatures()));
        notTaken("ApprovalNotAwaited", Approver.sign(raised.toStatement(), ada, bob));
        notTaken("ApprovalNotAwaited", Approver.sign(waiting("blog"), ada, bob));
        notTaken("ApprovalNotAwaited", before);
        assertThat(refusals() - refusals).isEqualTo(6);
        assertThat(waiting("shop").signatures()).isEmpty();

        hub.approvals.submit("shop", Approver.sign(asked, ada, ada), SyncFixture.ADA);
        hub.approvals.submit("shop", Approver.sign(asked, ada), SyncFixture.ADA);
        assertThat(waiting("shop").signatures()).containsOnlyKeys(ada.keyId());
        assertThat(hub.entry(live, "shop").generation()).isEqualTo(1);
    }

    private void notTaken(String reason, Envelope envelope) {
        assertThat(hub.approvals.submit("shop", envelope, SyncFixture.ADA).orElseThrow())
                .isInstanceOfSatisfying(
                        Result.Refused.class,
                        refused -> assertThat(refused.reason().code()).isEqualTo(reason));
    }

    private int refusals() {
        return (int) hub.fleet.audit.list(AuditQuery.ALL, 0, AuditLog.MAX_PAGE).stream()
                .map(record -> new String(record.leaf(), java.nio.charset.StandardCharsets.UTF_8))
                .filter(leaf -> leaf.contains("\"release.sign\"") && leaf.contains("\"refused\""))
                .count();
    }
}
