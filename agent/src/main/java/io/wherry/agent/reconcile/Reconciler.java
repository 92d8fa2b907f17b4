package io.wherry.agent.reconcile;

import io.wherry.agent.hubclient.Cadence;
import io.wherry.agent.hubclient.HubClient;
import io.wherry.agent.hubclient.PollAsk;
import io.wherry.agent.hubclient.Polled;
import io.wherry.agent.hubclient.Polled.Wishes;
import io.wherry.agent.hubclient.Renewed;
import io.wherry.agent.hubclient.Trouble;
import io.wherry.agent.report.Outbox;
import io.wherry.agent.state.AgentState;
import io.wherry.agent.state.StackRecord.Note;
import io.wherry.agent.state.StateException;
import io.wherry.agent.trust.Adopter;
import io.wherry.agent.trust.LogWatch;
import io.wherry.agent.trust.Renewal;
import io.wherry.agent.trust.RootFollower;
import io.wherry.contract.Digest;
import io.wherry.contract.verify.Adoption;
import io.wherry.contract.verify.Floor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The agent's story, one turn at a time: poll, adopt; then each stack by itself stages, plans, applies, observes; and reports. Read this file first.
 *
 * <p>{@code trust} judges, {@link Stacks} converge, {@code report} tells. Nothing here waits for a stack, and no stack waits for the hub: what was adopted
 * is enough to go on for as long as it takes.
 */
public final class Reconciler {
    private static final Logger LOG = System.getLogger(Reconciler.class.getName());

    /** As the hub says it. */
    private static final String CERTIFICATE_EXPIRED = "CertificateExpired";

    /** While a stack is in work the hub answers quickly, so that progress is seen. */
    private static final Duration HOLD_IN_WORK = Duration.ofSeconds(2);

    /** Somebody makes room, or housekeeping does; a poll that is taken up in vain costs little. */
    private static final Duration DISK_RETRY = Duration.ofSeconds(10);

    private final Hub hub;
    private final Adopter adopter;
    private final AgentState state;
    private final Stacks stacks;
    private final Telling telling;
    private final InstantSource clock;
    private Optional<RefusedUnder> refused = Optional.empty();
    private final FactsLook facts;
    private volatile boolean factsWanted = true; // at each start: the machine may have changed
    private volatile Contact contact = new Contact(Optional.empty(), Optional.empty(), "not asked yet");

    /** The link, and its pace. */
    public record Hub(HubClient client, Cadence cadence, RootFollower roots, Renewal renewal, LogWatch log) {}

    /** What is told beside the receipts. */
    public record Telling(Reporter reporter, Outbox outbox, FactsSource facts, Exports exports) {}

    /**
     * How the link does, for {@code status}.
     *
     * @param answered when the hub answered last
     * @param tried    when it was asked last
     * @param problem  why the last try failed; empty if it did not
     */
    public record Contact(Optional<Instant> answered, Optional<Instant> tried, String problem) {}

    /**
     * An offer that was refused, by which trust root it was judged, and at what time: the next root, or a clock that was put right, may judge otherwise, and a
     * hub does not offer again what it hears was refused.
     */
    private record RefusedUnder(long rootVersion, Instant at, PollAsk.RefusedOffer offer) {
        boolean holds(long version, Instant now) {
            return rootVersion == version && !now.isBefore(at);
        }
    }

    public Reconciler(Hub hub, Adopter adopter, AgentState state, Stacks stacks, Telling telling, InstantSource clock) {
        this.hub = hub;
        this.adopter = adopter;
        this.state = state;
        this.stacks = stacks;
        this.telling = telling;
        this.facts = new FactsLook(telling.facts(), clock);
        this.clock = clock;
    }

    public Contact contact() {
        return contact;
    }

    /**
     * This agent has something new to say of itself, and somebody may be waiting for it: a poll that is being held is given up, the next one says it. From any
     * thread.
     *
     * @return whether a poll was given up; else the next turn has to be asked for
     */
    public boolean factsChanged() {
        facts.outdate();
        factsWanted = true;
        return hub.client().giveUpPoll();
    }

    /** What the hub was told of the runtime last; nothing before the first look. */
    public Optional<String> toldRuntimeProblem() {
        return facts.runtimeProblem();
    }

    /** {@link #runOnce} for a daemon: a disk that refuses is told, and asked again a while later. What runs goes on meanwhile. */
    public Duration turn() {
        try {
            Duration rest = runOnce();
            telling.reporter().diskRefuses(Note.NONE);
            return rest;
        } catch (StateException e) {
            Note why = AgentReason.note(e);
            String problem = why.reason() + ": " + why.message();
            if (telling.reporter().diskRefuses(why)) {
                LOG.log(Level.WARNING, "what the hub offers cannot be kept: " + problem, e);
            }
            contact = new Contact(contact.answered(), Optional.of(clock.instant()), problem);
            return DISK_RETRY;
        }
    }

    /** One poll and what follows from it. @return how long to wait before the next */
    public Duration runOnce() {
        Duration hold = hold();
        long began = System.nanoTime();
        Polled polled = poll(hold);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        switch (polled) {
            case Polled.UpToDate(Wishes wishes) -> answered(wishes);
            case Polled.Offered(byte[] envelope, Wishes wishes) -> {
                answered(wishes); // a newer trust root first: it says whose signature counts
                consider(envelope);
            }
            case Polled.Doubted(String why, Wishes _) -> notAnswered(Trouble.CLOCK_IN_DOUBT.code() + ": " + why);
            case Polled.Unreachable(
                    var trouble,
                    String why,
                    var _) -> // offline is normal: go on with what this site has
                notAnswered(trouble.code() + ": " + why);
            case Polled.Refused(String reason, String detail) -> notAnswered(reason + ": " + detail);
            case Polled.GivenUp() -> telling.reporter().progressLost(); // by ourselves; it may not have arrived
        }
        return hub.cadence().after(polled, hold, took);
    }

    /** What has changed while this site was away is put right at once, and the question asked again: a timer's agent has this one run. */
    private Polled poll(Duration hold) {
        Polled polled = hub.client().poll(() -> ask(hold), hub.cadence().mode());
        if (polled instanceof Polled.Unreachable(Trouble trouble, String _, var _)
                && trouble == Trouble.HUB_NOT_TRUSTED
                && hub.roots().catchUp()) {
            polled = again(hold);
        }
        if (polled instanceof Polled.Doubted(String _, Wishes wishes)) {
            learn(wishes); // what is signed with a time may put the clock right
            polled = hub.client().doubt().isPresent()
                    ? polled
                    : hub.client().poll(() -> ask(Duration.ZERO), hub.cadence().mode());
        }
        return polled instanceof Polled.Refused(String reason, String _) && reason.equals(CERTIFICATE_EXPIRED)
                ? recovered(hold)
                : polled;
    }

    /** The question that was not answered, with all that it said. */
    private Polled again(Duration hold) {
        telling.reporter().progressLost();
        return hub.client().poll(() -> ask(hold), hub.cadence().mode());
    }

    /** A certificate that has ended is traded for a new one. */
    private Polled recovered(Duration hold) {
        return switch (hub.renewal().recover()) {
            case Renewed.Issued _ -> again(hold);
            case Renewed.Refused(String why, String detail) -> new Polled.Refused(why, detail);
            case Renewed.Unreachable(Trouble trouble, String why) ->
                new Polled.Unreachable(trouble, why, Optional.empty());
        };
    }

    private Duration hold() {
        if (contact.answered().isEmpty()) {
            return Duration.ZERO; // the first answer says whether the hub is there at all
        }
        Duration held = facts.inTrouble()
                ? shorter(hub.cadence().hold(), FactsLook.IN_TROUBLE)
                : hub.cadence().hold();
        return stacks.isBusy() ? shorter(held, HOLD_IN_WORK) : held;
    }

    private void consider(byte[] envelope) {
        switch (adopter.consider(envelope)) {
            case Adoption.Adopted(var assignment, var digest, var _) -> {
                LOG.log(
                        Level.INFO,
                        () -> "assignment " + digest.brief() + " adopted: sequence " + assignment.sequence() + ", "
                                + assignment.entries().size()
                                + (assignment.entries().size() == 1 ? " stack" : " stacks"));
                refused = Optional.empty();
                stacks.refresh();
            }
            case Adoption.Unchanged() -> stacks.refresh();
            case Adoption.Refused(var reason, String detail, Optional<Digest> digest) ->
                digest.ifPresent(offered -> {
                    boolean known = refused.filter(r -> r.offer().digest().equals(offered))
                            .isPresent();
                    refused = Optional.of(new RefusedUnder(
                            state.root().version(),
                            clock.instant(),
                            new PollAsk.RefusedOffer(offered, reason.code(), Sentences.of(detail))));
                    if (!known) {
                        telling.reporter().refused(offered, reason.code(), detail);
                    }
                });
        }
    }

    private PollAsk ask(Duration hold) {
        Floor floor = state.floor();
        Optional<PollAsk.Position> adopted = state.adopted().flatMap(assignment -> floor.digest()
                .map(digest -> new PollAsk.Position(floor.epoch(), floor.sequence(), digest)));
        FactsLook.Told told = facts.now();
        return new PollAsk(
                new PollAsk.Standing(
                        adopted,
                        stillRefused(),
                        state.root().version(),
                        hub.log().size()),
                new PollAsk.Reported(telling.outbox().acknowledged(), Optional.of(told.digest())),
                hold,
                factsWanted ? Optional.of(told.facts()) : Optional.empty(),
                telling.reporter().progress());
    }

    private Optional<PollAsk.RefusedOffer> stillRefused() {
        return refused.filter(judged -> judged.holds(state.root().version(), clock.instant()))
                .map(RefusedUnder::offer);
    }

    private void answered(Wishes wishes) {
        factsWanted = wishes.facts();
        learn(wishes);
        if (wishes.fullReport()) {
            telling.reporter().fullReport(stacks.known());
        }
        if (!contact.problem().isEmpty()) {
            LOG.log(Level.INFO, "hub: connected");
        }
        Instant now = clock.instant();
        contact = new Contact(Optional.of(now), Optional.of(now), "");
        wishes.export().ifPresent(telling.exports()::serve);
    }

    /** What proves itself, so it is taken also where the hub's certificate is in doubt. A newer root first: it says whose signature counts. */
    private void learn(Wishes wishes) {
        hub.roots().follow(wishes.rootVersion());
        wishes.log()
                .flatMap(log -> hub.log().consider(log.envelope(), log.consistency()))
                .ifPresent(fork -> telling.reporter().forked(fork.checkpoint(), fork.detail()));
    }

    private void notAnswered(String problem) {
        telling.reporter().progressLost();
        if (!problem.equals(contact.problem())) {
            LOG.log(Level.WARNING, () -> "hub: " + problem);
        }
        contact = new Contact(contact.answered(), Optional.of(clock.instant()), problem);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
