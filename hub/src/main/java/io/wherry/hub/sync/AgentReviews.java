package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.EntryState;
import io.wherry.contract.Receipt;
import io.wherry.contract.TrustRoot;
import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.fleet.AgentDecision;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.LastSeen;
import io.wherry.hub.fleet.Review;
import io.wherry.hub.fleet.Review.Position;
import io.wherry.hub.fleet.Review.Told;
import io.wherry.hub.fleet.ReviewRepository;
import io.wherry.hub.release.Keys;
import io.wherry.hub.release.Releases;
import io.wherry.hub.rollout.Assignments;
import io.wherry.hub.rollout.Offer;
import io.wherry.hub.status.Event.Severity;
import io.wherry.hub.status.Events;
import io.wherry.hub.status.StatusReason;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;

/**
 * Holds agents that may know more than this hub, asks them what they run, and lets them go at a person's word (docs/explanation/trust.md).
 *
 * <p>Which agents are held stands in the database; in memory stands only whom to ask at the next poll, so that an ordinary poll stays one look into a map.
 */
public final class AgentReviews {
    private final FleetSync sync;
    private final FleetStores stores;
    private final Assignments assignments;
    private final Keys keys;
    private final Events events;
    private final InstantSource clock;
    private final ReviewEnding ending;

    /** Agents for whom nothing is issued; true: something is still to be asked or noted. */
    private final Map<AgentId, Boolean> held = new ConcurrentHashMap<>();

    /** Agents of which there are two. */
    private final Set<AgentId> copied = ConcurrentHashMap.newKeySet();

    /** What of the hub a review works with. */
    public record Parts(
            FleetSync sync,
            FleetStores stores,
            Releases releases,
            Assignments assignments,
            Events events,
            LastSeen lastSeen) {}

    public AgentReviews(Parts parts, Keys keys, InstantSource clock) {
        this.sync = parts.sync();
        this.stores = parts.stores();
        this.assignments = parts.assignments();
        this.events = parts.events();
        this.keys = keys;
        this.clock = clock;
        this.ending = new ReviewEnding(parts, keys, clock);
        stores.database().read(ReviewRepository::list).forEach(review -> {
            switch (review.cause()) {
                case COPIED -> copied.add(review.agent());
                case ABSENT -> {} // it has no certificate to poll with
                case RESTORED -> held.put(review.agent(), true);
                case BEHIND -> held.put(review.agent(), false);
            }
        });
        assignments.onChange(held::remove);
    }

    /**
     * Whether the agent's poll is to be handed to {@link #heard} before it is answered. From memory.
     *
     * @param adopted digest of the assignment it adopted last
     */
    public boolean concerns(AgentId agent, Position position, Optional<Digest> adopted) {
        Boolean asked = held.get(agent);
        return asked != null ? asked : mayBeAhead(agent, position, adopted);
    }

    private boolean mayBeAhead(AgentId agent, Position position, Optional<Digest> adopted) {
        TrustRoot root = keys.trustRoot();
        if (position.rootVersion() > root.version() || position.epoch() > root.epoch()) {
            return true;
        }
        if (position.epoch() < root.epoch() || position.sequence() == 0) {
            return false;
        }
        return assignments
                .newest(agent)
                .map(newest -> isAhead(newest, position, adopted))
                .orElse(true);
    }

    private static boolean isAhead(Offer newest, Position position, Optional<Digest> adopted) {
        return newest.epoch() < position.epoch()
                || newest.sequence() < position.sequence()
                || (newest.sequence() == position.sequence() && !adopted.equals(Optional.of(newest.digest())));
    }

    /**
     * Notes durably where the agent stands, and holds it if it knows more than this hub.
     *
     * @return whether it is to tell all that it runs
     */
    public boolean heard(AgentId agent, Position position) {
        Instant now = clock.instant();
        Optional<Review> review = stores.database().read(handle -> ReviewRepository.find(handle, agent));
        if (review.isEmpty()) {
            if (!assignments.withheld(agent)) {
                behind(agent, position);
            }
            held.put(agent, false);
            return false;
        }
        if (review.get().told().isEmpty()) {
            stores.database().run(handle -> ReviewRepository.heard(handle, agent, position, now));
        }
        boolean ask =
                review.get().cause() == Review.Cause.RESTORED && !review.get().reported();
        held.put(agent, ask);
        return ask;
    }

    /** Whether two processes poll as this agent, and no person has looked at it since. From memory. */
    public boolean isCopied(AgentId agent) {
        return copied.contains(agent);
    }

    /**
     * Holds an agent whose state folder exists twice.
     *
     * @return whether it is held for that; false: it is held for another reason, and that is to be ended first
     */
    public boolean copied(AgentId agent) {
        if (isCopied(agent)) {
            return true;
        }
        boolean begun = hold(
                agent,
                Review.Cause.COPIED,
                Optional.empty(),
                StatusReason.AGENT_COPIED,
                "two processes poll with its state folder, or it was put back to an older state");
        if (begun) {
            copied.add(agent);
        }
        return begun;
    }

    /**
     * Holds an agent that comes back after a longer absence than it is trusted for.
     *
     * @param since when it was last known
     */
    public void absent(AgentId agent, Instant since) {
        hold(
                agent,
                Review.Cause.ABSENT,
                Optional.empty(),
                StatusReason.AGENT_ABSENT,
                "asks for a new certificate, and was not heard since " + since);
    }

    private void behind(AgentId agent, Position position) {
        hold(
                agent,
                Review.Cause.BEHIND,
                Optional.of(position),
                StatusReason.HUB_BEHIND,
                "knows a later state than this hub: epoch " + position.epoch() + ", sequence " + position.sequence()
                        + ", trust root " + position.rootVersion());
    }

    /** @return whether it was not held yet */
    private boolean hold(
            AgentId agent, Review.Cause cause, Optional<Position> position, StatusReason reason, String message) {
        Instant now = clock.instant();
        boolean begun = stores.database().write(handle -> {
            boolean fresh = ReviewRepository.hold(handle, agent, cause, position, now);
            if (fresh) {
                alarm(handle, agent, reason, message, now);
            }
            return fresh;
        });
        if (begun) {
            assignments.withhold(agent);
            events.published();
        }
        return begun;
    }

    private void alarm(Handle handle, AgentId agent, StatusReason reason, String message, Instant now) {
        String name = stores.agents().find(agent).map(AgentRecord::name).orElse(agent.value());
        events.raise(handle, Severity.ALARM, "Agent", name, reason, message, "wherry describe agent " + name);
        stores.audit()
                .append(
                        handle,
                        AuditEvent.policy(
                                now, Who.HUB, What.refused("agent.offer", "Agent/" + name, reason.code(), message)));
    }

    /** Takes what an agent under review tells; part of the intake's transaction. */
    static void told(Handle handle, AgentId agent, Receipt receipt, Instant now) {
        Optional<Review> review =
                ReviewRepository.find(handle, agent).filter(found -> found.cause() == Review.Cause.RESTORED);
        if (review.isPresent()
                && receipt.body() instanceof Receipt.Body.States(List<EntryState> states, boolean complete)
                && (complete ? isOfNow(review.get(), receipt) : review.get().reported())) {
            ReviewRepository.told(handle, agent, states.stream().map(Told::of).toList(), complete, now);
        }
    }

    /** Not one that was asked for by the hub that is lost, before the agent went on. */
    private static boolean isOfNow(Review review, Receipt receipt) {
        return review.told()
                .filter(at -> receipt.epoch() > at.epoch()
                        || (receipt.epoch() == at.epoch() && receipt.sequence() >= at.sequence()))
                .isPresent();
    }

    /** Lets an agent go: it is offered what it should run again, but nothing older than what it runs. */
    public AgentDecision release(String name, Who who) {
        Optional<AgentRecord> agent = stores.agents().findByName(name);
        if (agent.isEmpty()) {
            return new AgentDecision.NotFound();
        }
        return sync.alone(view -> {
            AgentDecision decision = ending.of(view, agent.get(), who);
            if (decision instanceof AgentDecision.Done) {
                copied.remove(agent.get().id());
                held.remove(agent.get().id());
            }
            return decision;
        });
    }
}
