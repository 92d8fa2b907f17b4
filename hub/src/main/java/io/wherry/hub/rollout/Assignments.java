package io.wherry.hub.rollout;

import io.wherry.base.Durations;
import io.wherry.contract.AgentId;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.Signer;
import io.wherry.hub.bundle.BundleStore;
import io.wherry.hub.db.Database;
import io.wherry.hub.fleet.ReviewRepository;
import io.wherry.hub.release.Releases;
import io.wherry.hub.release.SigningKeys;
import io.wherry.hub.rollout.AssignmentRepository.Issued;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * What each agent should run now, as the newest signed assignment.
 *
 * <p>Entries change in the database first ({@link EntryRepository#put}, which also notes whose assignment is due); {@link #issueDue} then
 * signs. A hub that dies between the two signs at its next start. Polls are answered from memory and never touch the database.
 */
public final class Assignments {
    /** Signatures of one transaction: 64 take about 20 ms, so that other writers wait no longer than that. */
    private static final int CHUNK = 64;

    /** How long what is issued without being asked for is valid. */
    public static final Duration LIFETIME = AssignmentIssuer.LIFETIME;

    /** A site takes in a file on the day it was made, or later. */
    public static final Duration SHORTEST = Duration.ofDays(1);

    private final Database database;
    private final InstantSource clock;
    private final AssignmentIssuer issuer;
    private final Fetchables fetchables;
    private final Map<AgentId, Issued> newest = new ConcurrentHashMap<>();
    private final List<Consumer<AgentId>> listeners = new CopyOnWriteArrayList<>();

    /** @param hubs addresses that stand in every assignment, {@code host:port}, in the order to try them */
    public Assignments(
            Database database,
            SigningKeys keys,
            BundleStore bundles,
            Releases releases,
            List<String> hubs,
            Function<AgentId, Optional<Digest>> agentKeyHashes,
            InstantSource clock) {
        this.database = database;
        this.clock = clock;
        this.issuer = new AssignmentIssuer(keys, hubs, agentKeyHashes);
        this.fetchables = new Fetchables(database, bundles, releases);
        for (Issued issued : database.read(AssignmentRepository::newestOfAll)) {
            newest.put(issued.agent(), issued);
            if (issued.offer().epoch() < keys.epoch() || !signedBy(keys.hub(), issued.offer())) {
                // The trust root moved on: the agent takes nothing of the old epoch or of the old key any longer.
                database.run(handle -> EntryRepository.markDue(handle, issued.agent()));
            }
        }
    }

    private static boolean signedBy(Signer key, Offer offer) {
        return Envelope.parse(offer.envelope()).signatures().stream()
                .anyMatch(signature -> signature.keyId().equals(key.keyId()));
    }

    /** The newest assignment of the agent; empty as long as no stack was ever meant for it. From memory. */
    public Optional<Offer> newest(AgentId agent) {
        return Optional.ofNullable(newest.get(agent)).map(Issued::offer);
    }

    /** Offers the agent nothing more. The caller has noted in the database that it is held, so nothing is issued for it either. */
    public synchronized void withhold(AgentId agent) {
        newest.remove(agent);
    }

    /** Whether nothing is issued for the agent: it is under review, or runs what this hub has no record of. */
    public boolean withheld(AgentId agent) {
        return database.read(handle -> ReviewRepository.held(handle, agent));
    }

    /** Whether the digest names a release, a manifest or a blob of the agent's newest assignments or of what it runs. */
    public boolean mayFetch(AgentId agent, Digest digest) {
        return fetchables.of(agent).contains(digest);
    }

    /** Length of what {@link #open} gives; empty if the agent may not have it or it is not here: both look the same to the agent. */
    public OptionalLong size(AgentId agent, Digest digest) {
        return mayFetch(agent, digest) ? fetchables.size(digest) : OptionalLong.empty();
    }

    /** A bundle's manifest, a blob, or a release's envelope (by the digest of its payload). The caller closes it. Empty as {@link #size}. */
    public Optional<InputStream> open(AgentId agent, Digest digest) {
        return mayFetch(agent, digest) ? fetchables.open(digest) : Optional.empty();
    }

    /** Calls the listener with every agent that has a newer assignment, after it became durable. It must not block. */
    public void onChange(Consumer<AgentId> listener) {
        listeners.add(listener);
    }

    /** Signs a new assignment for every agent whose entries changed. Answers how many. */
    public int issueDue() {
        int issued = 0;
        while (true) {
            List<AgentId> due = database.read(handle -> EntryRepository.due(handle, CHUNK));
            if (due.isEmpty()) {
                return issued;
            }
            issued += issue(due).size();
        }
    }

    /** Signs anew, for freshness alone, what has passed a third of its life; no generation changes. Answers how many. */
    public int reissueDue() {
        Instant now = clock.instant();
        List<AgentId> stale = newest.values().stream()
                .filter(issued -> !AssignmentIssuer.freshUntil(issued).isAfter(now))
                .map(Issued::agent)
                .sorted(Comparator.comparing(AgentId::value))
                .toList();
        int issued = 0;
        for (int from = 0; from < stale.size(); from += CHUNK) {
            issued += issue(stale.subList(from, Math.min(stale.size(), from + CHUNK)))
                    .size();
        }
        return issued;
    }

    /**
     * Signs a new assignment for each of these agents whether or not anything changed: what goes by hand must last until the next visit.
     *
     * @param validFor {@link #SHORTEST} to {@link Limits#VALIDITY}
     * @param images   what the file beside an agent's assignment brings
     * @param also     takes part in the transaction, once for each
     * @return in the order of the agents; those that are not ours are left out
     */
    public List<Offer> issueFor(
            List<AgentId> agents,
            Duration validFor,
            Function<AgentId, List<CarriedImage>> images,
            BiConsumer<Handle, AgentId> also) {
        requireLifetime(validFor);
        List<Offer> offers = new ArrayList<>();
        for (int from = 0; from < agents.size(); from += CHUNK) {
            issue(agents.subList(from, Math.min(agents.size(), from + CHUNK)), validFor, images, also)
                    .forEach(issued -> offers.add(issued.offer()));
        }
        return offers;
    }

    /** @throws IllegalArgumentException if no assignment may be valid for so long */
    public static void requireLifetime(Duration validFor) {
        if (validFor.compareTo(SHORTEST) < 0 || validFor.compareTo(Limits.VALIDITY) > 0) {
            throw new IllegalArgumentException("validFor: " + Durations.format(validFor) + " (expected: "
                    + SHORTEST.toDays() + "d to " + Limits.VALIDITY.toDays() + "d)");
        }
    }

    private List<Issued> issue(List<AgentId> agents) {
        return issue(agents, AssignmentIssuer.LIFETIME, agent -> List.of(), (handle, agent) -> {});
    }

    /** One at a time, so that the memory never goes back behind the database. */
    private synchronized List<Issued> issue(
            List<AgentId> agents,
            Duration lifetime,
            Function<AgentId, List<CarriedImage>> images,
            BiConsumer<Handle, AgentId> also) {
        List<Issued> issued = database.write(handle -> {
            List<Issued> made = new ArrayList<>();
            for (AgentId agent : agents) {
                if (ReviewRepository.held(handle, agent)) {
                    continue; // held since the list was made
                }
                Optional<Issued> next = issuer.issue(handle, agent, clock.instant(), lifetime, images.apply(agent));
                next.ifPresent(one -> {
                    made.add(one);
                    also.accept(handle, agent);
                });
                EntryRepository.noLongerDue(handle, agent);
            }
            return made;
        });
        for (Issued one : issued) {
            newest.put(one.agent(), one);
            fetchables.forget(one.agent());
            listeners.forEach(listener -> listener.accept(one.agent()));
        }
        return issued;
    }
}
