package io.wherry.hub.sync;

import io.wherry.contract.EntryState;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
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
import io.wherry.hub.release.IssuedRelease;
import io.wherry.hub.release.Keys;
import io.wherry.hub.release.Permit;
import io.wherry.hub.release.Releases;
import io.wherry.hub.release.WaitingRelease;
import io.wherry.hub.rollout.AfterReview;
import io.wherry.hub.rollout.EntryPlanner;
import io.wherry.hub.rollout.EntryRepository;
import io.wherry.hub.rollout.PlacedEntry;
import io.wherry.hub.status.TargetState;
import io.wherry.hub.status.TargetStates;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Ends the review of an agent at a person's word, and brings the hub's entries above what the agent told. */
final class ReviewEnding {
    /** Roots that are signed at a person's word for one agent: a fleet whose hub was restored more often than that is looked at by hand. */
    private static final int MOST_ROOTS = 8;

    private final FleetSync sync;
    private final FleetStores stores;
    private final Releases releases;
    private final LastSeen lastSeen;
    private final Keys keys;
    private final InstantSource clock;

    ReviewEnding(AgentReviews.Parts parts, Keys keys, InstantSource clock) {
        this.sync = parts.sync();
        this.stores = parts.stores();
        this.releases = parts.releases();
        this.lastSeen = parts.lastSeen();
        this.keys = keys;
        this.clock = clock;
    }

    /** @return {@code Done} where it is under review no more, or never was; {@code Conflict} with what stands in the way */
    AgentDecision of(FleetView view, AgentRecord agent, Who who) {
        Optional<Review> review = stores.database().read(handle -> ReviewRepository.find(handle, agent.id()));
        if (review.isEmpty()) {
            return new AgentDecision.Done(agent);
        }
        return switch (review.get().cause()) {
            case COPIED, ABSENT -> {
                stores.database()
                        .run(handle -> trustAgain(handle, agent, review.get().cause(), who));
                yield new AgentDecision.Done(agent);
            }
            case RESTORED, BEHIND -> compared(view, agent, review.get(), who);
        };
    }

    private AgentDecision compared(FleetView view, AgentRecord agent, Review review, Who who) {
        Optional<String> objection = objection(review, agent.name());
        if (objection.isPresent()) {
            Instant now = clock.instant(); // one that was away for long cannot tell anything without a certificate
            stores.database().run(handle -> ReviewRepository.vouch(handle, agent.id(), now));
            return new AgentDecision.Conflict(objection.get());
        }
        Position position = review.told().orElseThrow();
        boolean ahead = position.rootVersion() >= keys.epochBegan();
        if (ahead && position.rootVersion() >= keys.trustRoot().version() && !keys.hasRoot()) {
            return new AgentDecision.Conflict(
                    "agent " + agent.name()
                            + ": needs a further trust root, and the root key is kept elsewhere (stop the hub, put keys/root.pem back, start it, review the agent, and take the key away again)");
        }
        if (ahead) {
            // It follows a root of that version which a lost hub made: the next one leads it, and all others, back
            // here.
            keys.extend(position.rootVersion() + 1, clock.instant());
        }
        stores.database().run(handle -> release(handle, view, agent, who));
        return new AgentDecision.Done(agent);
    }

    /** A person has stopped one of the two, or knows where the one that was away has been. */
    private void trustAgain(Handle handle, AgentRecord agent, Review.Cause cause, Who who) {
        ReviewRepository.end(handle, agent.id(), clock.instant());
        if (cause == Review.Cause.COPIED) {
            lastSeen.believeNext(handle, agent.id());
        }
        if (!EntryRepository.ofAgent(handle, agent.id()).isEmpty()) {
            EntryRepository.markDue(handle, agent.id());
        }
        stores.audit()
                .append(
                        handle,
                        AuditEvent.user(clock.instant(), who, What.done("agent.review", "Agent/" + agent.name())));
    }

    private Optional<String> objection(Review review, String name) {
        String begin = "stop the hub, run wherry-hub keys new-epoch, start it";
        if (review.cause() == Review.Cause.BEHIND) {
            return Optional.of("agent " + name + ": knows a later state than this hub (" + begin + ")");
        }
        if (!review.reported() || review.told().isEmpty()) {
            return Optional.of("agent " + name
                    + ": has not told yet what it runs (wait until it is connected: wherry describe agent " + name
                    + ")");
        }
        Position position = review.told().get();
        if (position.epoch() >= keys.epoch()) {
            return Optional.of("agent " + name + ": is in epoch " + position.epoch() + " and this hub in "
                    + keys.epoch() + "; was a clock wrong? (" + begin + ")");
        }
        long most = keys.trustRoot().version() + MOST_ROOTS;
        return position.rootVersion() >= most
                ? Optional.of("agent " + name + ": says that it follows trust root " + position.rootVersion()
                        + ", far above this hub's " + keys.trustRoot().version() + " (let it join anew)")
                : Optional.empty();
    }

    private void release(Handle handle, FleetView view, AgentRecord agent, Who who) {
        List<Told> all = ReviewRepository.told(handle, agent.id());
        long countersAbove = Releases.countersAbove(handle);
        Set<StackId> named = new HashSet<>();
        List<Told> unknown = new ArrayList<>();
        for (Told told : all) {
            named.add(told.stack());
            Optional<PlacedEntry> entry = EntryRepository.find(handle, agent.id(), told.stack());
            carryOut(handle, view, entry, AfterReview.of(entry, told, countersAbove), told, unknown);
        }
        for (PlacedEntry entry : EntryRepository.ofAgent(handle, agent.id())) {
            if (!named.contains(entry.stack())) {
                Told nothing =
                        new Told(entry.stack(), entry.name(), entry.generation(), Optional.empty(), Optional.empty());
                boolean ran = TargetStates.find(handle, agent.id(), entry.stack())
                        .flatMap(TargetState::report)
                        .flatMap(EntryState::running)
                        .isPresent();
                carryOut(
                        handle,
                        view,
                        Optional.of(entry),
                        AfterReview.missing(entry, ran, countersAbove),
                        nothing,
                        unknown);
            }
        }
        ReviewRepository.end(handle, agent.id(), unknown);
        if (!EntryRepository.ofAgent(handle, agent.id()).isEmpty()) {
            EntryRepository.markDue(handle, agent.id());
        }
        stores.audit()
                .append(
                        handle,
                        AuditEvent.user(clock.instant(), who, What.done("agent.review", "Agent/" + agent.name()))
                                .with(Json.object()
                                        .put(
                                                "told",
                                                all.stream()
                                                        .map(told -> told.name() + " generation " + told.generation())
                                                        .toList())
                                        .put(
                                                "unknown",
                                                unknown.stream().map(Told::name).toList())
                                        .build()));
    }

    private void carryOut(
            Handle handle,
            FleetView view,
            Optional<PlacedEntry> entry,
            AfterReview found,
            Told told,
            List<Told> unknown) {
        switch (found) {
            case AfterReview.Known() -> {}
            case AfterReview.Raised(long generation, boolean release) ->
                entry.ifPresent(has -> {
                    Optional<IssuedRelease> anew = Optional.empty();
                    if (release) {
                        String environment = view.member(has.agent())
                                .map(Member::environment)
                                .orElse("");
                        switch (releases.again(handle, has.release(), has.agent(), environment)) {
                            case Permit.Granted(IssuedRelease issued) -> anew = Optional.of(issued);
                            case Permit.Awaited(WaitingRelease _) -> {
                                // Placed when it is signed; what is there until then the agent would refuse as too old.
                                carryOut(handle, view, entry, new AfterReview.Unknown(generation), told, unknown);
                                return;
                            }
                        }
                    }
                    PlacedEntry raised = EntryPlanner.raise(
                            has,
                            generation,
                            anew.map(IssuedRelease::counter).orElse(has.counter()),
                            anew.map(IssuedRelease::digest).orElse(has.release()));
                    EntryRepository.put(handle, List.of(raised), clock.instant());
                    view.stacks().stream()
                            .filter(input -> input.id().equals(has.stack()))
                            .forEach(input -> sync.book().again(handle, input, List.of(raised)));
                });
            case AfterReview.Unknown(long generation) -> {
                unknown.add(new Told(told.stack(), told.name(), generation, told.bundle(), told.running()));
                // What comes next is above what the agent has seen; until then the entry, which is older, is not
                // offered.
                entry.ifPresent(has -> EntryRepository.put(
                        handle,
                        List.of(EntryPlanner.raise(
                                has,
                                generation,
                                Math.max(has.counter(), Releases.countersAbove(handle)),
                                has.release())),
                        clock.instant()));
            }
        }
    }
}
