package io.wherry.hub.release;

import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.Permissions;
import io.wherry.contract.Release;
import io.wherry.contract.StackId;
import io.wherry.hub.db.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Says by signature which content may run: one release per stack and distinct bundle, under a counter that only rises. */
public final class Releases {
    private final Database database;
    private final SigningKeys keys;
    private final InstantSource clock;

    public Releases(Database database, SigningKeys keys, InstantSource clock) {
        this.database = database;
        this.keys = keys;
        this.clock = clock;
    }

    /** Digest of trust root version 1, which everything signed here names. */
    public Digest trustDomain() {
        return keys.trustDomain();
    }

    /**
     * Reuses the newest release of equal content, or signs a new one under the next counter; part of the caller's transaction.
     *
     * @param minimumCounter the highest counter of any target that would change to this content: it accepts no lower one, so going back to
     *                       old content takes a new release
     */
    public IssuedRelease propose(Handle handle, ReleaseContent content, long minimumCounter) {
        List<IssuedRelease> same = same(handle, content);
        Optional<IssuedRelease> reusable = same.stream()
                .filter(issued -> issued.counter() >= minimumCounter && content.coveredBy(issued.release()))
                .findFirst();
        return reusable.orElseGet(() -> sign(
                handle,
                new Release(
                        keys.trustDomain(),
                        content.stack(),
                        content.name(),
                        ReleaseRepository.newestCounter(handle, content.stack()) + 1,
                        Release.Kind.CONTENT,
                        Optional.of(content.bundle()),
                        Optional.empty(),
                        content.environmentNames(),
                        content.source(),
                        Optional.empty(),
                        content.siteVariables(),
                        new Permissions(new TreeSet<>(content.delete()), false),
                        List.of())));
    }

    /**
     * Signs every release anew that another key signed, after a rotation: the payloads, and so the digests that everything else names, stay.
     *
     * @return how many
     */
    public int signAnew() {
        return database.write(handle -> {
            String signedBy = keys.release().keyId();
            if (ReleaseRepository.signedBy(handle).filter(signedBy::equals).isPresent()) {
                return 0;
            }
            int count = ReleaseRepository.replaceEnvelopes(
                    handle, payload -> Envelope.sign(payload, keys.release()).toJson());
            ReleaseRepository.noteSignedBy(handle, signedBy);
            return count;
        });
    }

    /**
     * Signs what a release permits again under the next counter, in the caller's transaction: for agents that may have seen higher ones.
     *
     * @throws IllegalArgumentException if there is no such release
     */
    public IssuedRelease again(Handle handle, Digest digest) {
        Release known = ReleaseRepository.find(handle, digest)
                .map(IssuedRelease::release)
                .orElseThrow(
                        () -> new IllegalArgumentException("release: " + digest + " (expected: one that was issued)"));
        return sign(
                handle,
                new Release(
                        known.trustDomain(),
                        known.stack(),
                        known.name(),
                        ReleaseRepository.newestCounter(handle, known.stack()) + 1,
                        known.kind(),
                        known.bundle(),
                        known.bundleSet(),
                        known.environments(),
                        known.source(),
                        known.notAfter(),
                        known.siteVariables(),
                        known.permissions(),
                        known.crit()));
    }

    /**
     * Lets every counter from now on be above what any agent can have seen, also of releases that are lost: above all known, and at least the seconds
     * since 1970, since counters rise by one a release.
     */
    public static void raiseCounters(Handle handle, Instant now) {
        long highest = Math.max(ReleaseRepository.highestCounter(handle), ReleaseRepository.countersAbove(handle));
        ReleaseRepository.noteCountersAbove(handle, Math.max(highest, now.getEpochSecond()));
    }

    /** Releases of this counter or a lower one may be older than what an agent knows; 0 if the hub was never restored. */
    public static long countersAbove(Handle handle) {
        return ReleaseRepository.countersAbove(handle);
    }

    /** Every release of the same content, newest first, whatever its environments and counter. */
    public List<IssuedRelease> same(Handle handle, ReleaseContent content) {
        return ReleaseRepository.ofBundle(
                        handle, content.stack(), content.bundle().digest())
                .stream()
                .filter(issued -> content.sameAs(issued.release()))
                .toList();
    }

    /** Digests of those that permit their content to agents of this environment: an entry with one of them need not change. */
    public static Set<Digest> permitting(List<IssuedRelease> same, String environment) {
        return same.stream()
                .filter(issued -> issued.release().allows(environment))
                .map(IssuedRelease::digest)
                .collect(Collectors.toSet());
    }

    /**
     * Permits the removal of a stack, in the caller's transaction.
     *
     * @param environments those of the agents that shall remove it
     * @param delete       all objects that any of them may run
     * @param removeData   whether volumes go too
     */
    public IssuedRelease tombstone(
            Handle handle,
            StackId stack,
            String name,
            SortedSet<String> environments,
            SortedSet<String> delete,
            boolean removeData) {
        return sign(
                handle,
                new Release(
                        keys.trustDomain(),
                        stack,
                        name,
                        ReleaseRepository.newestCounter(handle, stack) + 1,
                        Release.Kind.TOMBSTONE,
                        Optional.empty(),
                        Optional.empty(),
                        ReleaseContent.names(environments),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        new Permissions(delete, removeData),
                        List.of()));
    }

    /** By the digest of its payload. */
    public Optional<IssuedRelease> find(Digest digest) {
        return database.read(handle -> ReleaseRepository.find(handle, digest));
    }

    private IssuedRelease sign(Handle handle, Release release) {
        byte[] payload = release.toStatement();
        Envelope envelope = Envelope.sign(payload, keys.release());
        IssuedRelease issued = new IssuedRelease(release, envelope.digest(), envelope.toJson());
        ReleaseRepository.add(handle, issued, payload, clock.instant());
        return issued;
    }
}
