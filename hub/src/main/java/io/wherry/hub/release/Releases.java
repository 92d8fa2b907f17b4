package io.wherry.hub.release;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.Permissions;
import io.wherry.contract.Release;
import io.wherry.contract.Role;
import io.wherry.contract.StackId;
import io.wherry.hub.db.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
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
    private final Approvals approvals;

    public Releases(Database database, SigningKeys keys, InstantSource clock) {
        this.database = database;
        this.keys = keys;
        this.clock = clock;
        this.approvals = new Approvals(keys, clock);
    }

    /** Digest of trust root version 1, which everything signed here names. */
    public Digest trustDomain() {
        return keys.trustDomain();
    }

    /** What waits for the signatures of others. */
    public Approvals approvals() {
        return approvals;
    }

    /**
     * Reuses the newest release of equal content, or makes a new one under the next counter; part of the caller's transaction. Where its
     * environments have approvers, the hub signs nothing: it waits for theirs.
     *
     * @param content        for environments of one and the same release role
     * @param minimumCounter the highest counter of any target that would change to this content: it accepts no lower one, so going back to
     *                       old content takes a new release
     */
    public Permit propose(Handle handle, ReleaseContent content, long minimumCounter) {
        return find(handle, content, minimumCounter)
                .map(found -> found instanceof Permit.Awaited(WaitingRelease waiting) && waiting.complete()
                        ? new Permit.Granted(approvals.grant(handle, waiting))
                        : found)
                .orElseGet(() -> make(
                        handle,
                        content.release(
                                keys.trustDomain(), ReleaseRepository.newestCounter(handle, content.stack()) + 1),
                        Set.of()));
    }

    /** What {@link #propose} would reuse: a release that is signed enough, or one that waits, perhaps with all its signatures. */
    public Optional<Permit> find(Handle handle, ReleaseContent content, long minimumCounter) {
        Set<Role> roles = Set.copyOf(keys.roles(content.environments()));
        Optional<Permit> signed = same(handle, content).stream()
                .filter(issued -> issued.counter() >= minimumCounter
                        && content.coveredBy(issued.release())
                        && roles.stream().allMatch(role -> isSignedFor(issued, role)))
                .<Permit>map(Permit.Granted::new)
                .findFirst();
        return signed.or(() -> approvals
                .find(
                        handle,
                        content.stack(),
                        waiting -> waiting.targets().isEmpty()
                                && waiting.release().counter() >= minimumCounter
                                && roles.equals(Set.of(waiting.role()))
                                && content.sameAs(waiting.release())
                                && content.coveredBy(waiting.release()))
                .map(Permit.Awaited::new));
    }

    /** Whether agents that ask for this role would take it. What lies here was verified when it came, so the key ids are true. */
    private static boolean isSignedFor(IssuedRelease issued, Role role) {
        return Envelope.parse(issued.envelope()).signatures().stream()
                        .map(Envelope.Signature::keyId)
                        .filter(role.keyIds()::contains)
                        .distinct()
                        .count()
                >= role.threshold();
    }

    /**
     * Digests of those that an agent of this environment takes: they permit their content there, and the right keys have signed them. An entry with one
     * of them need not change.
     */
    public Set<Digest> acceptable(List<IssuedRelease> same, String environment) {
        Role role = keys.role(environment);
        return same.stream()
                .filter(issued -> issued.release().allows(environment) && isSignedFor(issued, role))
                .map(IssuedRelease::digest)
                .collect(Collectors.toSet());
    }

    /** Signs it, or begins to wait for those who may. */
    private Permit make(Handle handle, Release release, Collection<AgentId> targets) {
        List<Role> roles = keys.roles(release.environments());
        if (roles.stream().allMatch(keys::signsAlone)) {
            return new Permit.Granted(sign(handle, release));
        }
        if (roles.size() > 1) {
            throw new IllegalArgumentException(
                    "environments: " + release.environments() + " (expected: those of one release role)");
        }
        return new Permit.Awaited(approvals.begin(handle, release, roles.getFirst(), targets));
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
                    handle,
                    release -> keys.roles(release.environments()).stream().anyMatch(keys::signsAlone),
                    payload -> Envelope.sign(payload, keys.release()).toJson());
            ReleaseRepository.noteSignedBy(handle, signedBy);
            return count;
        });
    }

    /**
     * Permits what a release permits again under the next counter, in the caller's transaction: for an agent that may have seen higher ones. Where
     * others have to sign that, it is placed at the agent when they have.
     *
     * @param environment the agent's
     * @throws IllegalArgumentException if there is no such release
     */
    public Permit again(Handle handle, Digest digest, AgentId agent, String environment) {
        Release known = ReleaseRepository.find(handle, digest)
                .map(IssuedRelease::release)
                .orElseThrow(
                        () -> new IllegalArgumentException("release: " + digest + " (expected: one that was issued)"));
        boolean alone = approvals.approvers(environment).isEmpty();
        if (!alone) {
            approvals.replaceAt(handle, known.stack(), Set.of(agent));
        }
        Release next = new Release(
                known.trustDomain(),
                known.stack(),
                known.name(),
                ReleaseRepository.newestCounter(handle, known.stack()) + 1,
                known.kind(),
                known.bundle(),
                known.bundleSet(),
                alone ? known.environments() : ReleaseContent.names(new TreeSet<>(Set.of(environment))),
                known.source(),
                known.notAfter(),
                known.siteVariables(),
                known.permissions(),
                known.crit());
        return alone ? new Permit.Granted(sign(handle, next)) : make(handle, next, Set.of(agent));
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

    /**
     * Permits the removal of a stack, in the caller's transaction. Where others have to sign that, the agents' entries go when they have.
     *
     * @param environments those of the agents that shall remove it: of one and the same release role
     * @param delete       all objects that any of them may run
     * @param removeData   whether volumes go too
     */
    public Permit tombstone(
            Handle handle,
            Leaving leaving,
            SortedSet<String> environments,
            SortedSet<String> delete,
            boolean removeData) {
        approvals.replaceAt(handle, leaving.stack(), leaving.agents());
        return make(
                handle,
                new Release(
                        keys.trustDomain(),
                        leaving.stack(),
                        leaving.name(),
                        ReleaseRepository.newestCounter(handle, leaving.stack()) + 1,
                        Release.Kind.TOMBSTONE,
                        Optional.empty(),
                        Optional.empty(),
                        ReleaseContent.names(environments),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        new Permissions(delete, removeData),
                        List.of()),
                leaving.agents());
    }

    /** A stack, and the agents that it shall leave. */
    public record Leaving(StackId stack, String name, Set<AgentId> agents) {
        public Leaving {
            agents = Set.copyOf(agents);
        }
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
