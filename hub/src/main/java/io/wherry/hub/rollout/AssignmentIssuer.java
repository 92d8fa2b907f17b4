package io.wherry.hub.rollout;

import io.wherry.contract.AgentId;
import io.wherry.contract.Assignment;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.Digest;
import io.wherry.contract.Entry;
import io.wherry.contract.Envelope;
import io.wherry.hub.release.SigningKeys;
import io.wherry.hub.rollout.AssignmentRepository.Issued;
import io.wherry.hub.rollout.PlacedEntry.Place;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** Makes the next assignment of one agent: the complete list of its entries, under the next sequence, signed by the hub's key. */
final class AssignmentIssuer {
    /** How long a site may go without a fresh word of its hub before it begins nothing new (design: trust, expiry). */
    static final Duration LIFETIME = Duration.ofDays(30);

    private final SigningKeys keys;
    private final List<String> hubs;
    private final Function<AgentId, Optional<Digest>> agentKeyHashes;

    /**
     * @param hubs           addresses, {@code host:port}, in the order to try them
     * @param agentKeyHashes SHA-256 of each agent's public identity key; empty for an agent that is not (or no longer) one of ours
     */
    AssignmentIssuer(SigningKeys keys, List<String> hubs, Function<AgentId, Optional<Digest>> agentKeyHashes) {
        this.keys = keys;
        this.hubs = List.copyOf(hubs);
        this.agentKeyHashes = agentKeyHashes;
    }

    /**
     * Issues in the caller's transaction. Empty for an agent that is not one of ours.
     *
     * @param images what a file beside it brings
     */
    Optional<Issued> issue(Handle handle, AgentId agent, Instant now, Duration lifetime, List<CarriedImage> images) {
        return agentKeyHashes.apply(agent).map(keyHash -> {
            Optional<Offer> last = AssignmentRepository.newest(handle, agent).map(Issued::offer);
            List<Entry> entries = EntryRepository.ofAgent(handle, agent).stream()
                    .filter(PlacedEntry::listed)
                    .map(AssignmentIssuer::entry)
                    .toList();
            boolean sameEpoch = last.isPresent() && last.get().epoch() == keys.epoch();
            Instant issuedAt = now.truncatedTo(ChronoUnit.SECONDS);
            Assignment assignment = new Assignment(
                    keys.trustDomain(),
                    agent,
                    keyHash,
                    keys.epoch(),
                    sameEpoch ? last.get().sequence() + 1 : 1,
                    last.filter(offer -> sameEpoch).map(Offer::digest),
                    issuedAt,
                    issuedAt.plus(lifetime),
                    hubs,
                    entries,
                    images,
                    List.of());
            Envelope envelope = Envelope.sign(assignment.toStatement(), keys.hub());
            Offer offer = new Offer(assignment.epoch(), assignment.sequence(), envelope.digest(), envelope.toJson());
            AssignmentRepository.add(handle, assignment, offer);
            return new Issued(agent, offer, issuedAt, assignment.expiresAt());
        });
    }

    /**
     * When an assignment is to be issued anew for freshness alone: at a third of its life, earlier by up to a tenth of that, by agent id, so
     * that a fleet issued in one second is not issued anew in one second.
     */
    static Instant freshUntil(Issued issued) {
        Duration third = Duration.between(issued.issuedAt(), issued.expiresAt()).dividedBy(3);
        long spreadMillis = third.toMillis() / 10;
        return issued.issuedAt()
                .plus(third)
                .minusMillis(Math.floorMod(issued.agent().value().hashCode(), spreadMillis));
    }

    private static Entry entry(PlacedEntry placed) {
        return new Entry(
                placed.stack(),
                placed.name(),
                placed.generation(),
                state(placed.place()),
                placed.release(),
                placed.bundle(),
                placed.variables(),
                placed.secrets(),
                placed.logins(),
                Optional.empty(),
                placed.options());
    }

    private static Entry.State state(Place place) {
        return switch (place) {
            case PRESENT -> Entry.State.PRESENT;
            case SUSPENDED -> Entry.State.SUSPENDED;
            case ABSENT -> Entry.State.ABSENT;
            case GONE -> throw new IllegalArgumentException("place: GONE (expected: an entry that is listed)");
        };
    }
}
