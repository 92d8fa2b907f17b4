package io.wherry.agent.reconcile;

import io.wherry.agent.health.Health;
import io.wherry.agent.health.HealthReason;
import io.wherry.agent.health.Hysteresis;
import io.wherry.agent.reconcile.Standing.Observed;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.state.StackRecord;
import io.wherry.agent.state.StackRecord.Note;
import io.wherry.contract.Difference;
import io.wherry.contract.Entry;
import io.wherry.contract.EntryOptions;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks after what runs, link or no link: health every few seconds, differences every site cycle; repairs them where the stack asks for it.
 *
 * <p>Only ever against the last good entry, which is the assigned one unless that failed here or has not come this far.
 */
final class Watch {
    private static final Logger LOG = System.getLogger(Watch.class.getName());

    /** Between two looks at the health of what was healthy: with three bad ones in a row, half a minute to an alarm. */
    static final Duration HEALTH_INTERVAL = Duration.ofSeconds(10);

    /** As long as three bad looks: an engine that is restarted or upgraded is back by then. */
    static final Duration BLIND_LIMIT = HEALTH_INTERVAL.multipliedBy(3);

    /** What stands in the way of a correction is asked about as often as a runtime that is away. */
    private static final Duration CORRECTION_RETRY = Duration.ofSeconds(30);

    /** While something was corrected and starts again it is looked at more often. */
    private static final Duration AFTER_CORRECTION = Duration.ofSeconds(1);

    /** Whether differences may be repaired. */
    enum Hands {
        ON,
        OFF
    }

    private final Site site;
    private final InstantSource clock;
    private Observed observed;
    /** This and the next by the time that passes: a clock that is set must not put a look off for as long. */
    private Instant healthDue = Instant.MIN;

    private Instant cycleDue = Instant.MIN;
    private Instant hastened = Instant.EPOCH;
    private Hysteresis hysteresis = Hysteresis.HEALTHY;
    /** The generation whose set-aside objects were cleared by this process; 0: none, so a crash in between is made good. */
    private long settledGeneration;
    /** What of it could not be cleared yet, and why; none if all was. */
    private Note unsettled = Note.NONE;
    /** Something of it that may go waits for another stack to take it. */
    private boolean settlesAgain;
    /** What is being corrected and not yet healthy again; its set-aside objects are kept until then. */
    private @Nullable ApplyMode correcting;
    /** Why what runs could not be brought back, or would not be let in today; none if it could. */
    private Note standby = Note.NONE;
    /** What a correction waits for; none if it waits for nothing. */
    private Note waiting = Note.NONE;
    /** Since when the runtime could not be looked at; null while it can. */
    private @Nullable Instant blindSince;

    Watch(Site site, InstantSource clock) {
        this.site = site;
        this.clock = clock;
        this.observed = Observed.nothing(clock.instant());
    }

    Observed observed() {
        return observed;
    }

    boolean isCorrecting() {
        return correcting != null;
    }

    /** Whether what runs was looked at by this process; so is nothing. */
    boolean hasLooked(StackRecord record) {
        return record.good().isEmpty() || observed.healthy().isPresent();
    }

    /** The next look is a whole site cycle. */
    void hurry() {
        healthDue = Instant.MIN;
        cycleDue = Instant.MIN;
    }

    /** Nothing can be seen now. What was seen last stands for a while, unless waiting would not help. */
    void cannotSee(Note why) {
        Instant now = site.passing().instant();
        if (blindSince == null) {
            blindSince = now;
        }
        boolean asksForAPerson = why.reason().equals(RuntimeReason.RUNTIME_CHANGED.code());
        boolean neverSeen = observed.healthy().isEmpty(); // as at each start from a timer
        if (asksForAPerson || neverSeen || !now.isBefore(blindSince.plus(BLIND_LIMIT))) {
            observed = Observed.blind(why, observed, clock.instant());
        }
    }

    /** One look, as far as due. @return until the next */
    Duration look(StackRecord record, Optional<Entry> assigned, Hands hands) {
        Instant now = site.passing().instant();
        if (record.good().isEmpty()) {
            observed = Observed.nothing(clock.instant());
            return HEALTH_INTERVAL;
        }
        Entry good = record.good().get().entry();
        EntryOptions options = assigned.map(Entry::options).orElse(good.options());
        // Settled at once: a next generation that finds the one before still set aside takes what runs for unproven.
        boolean settled = settledGeneration == good.generation();
        if (settled && healthDue.isAfter(now) && cycleDue.isAfter(now)) {
            return rest(now);
        }
        if (settled && cycleDue.isAfter(now) && correcting == null && holds(good)) {
            healthDue = now.plus(HEALTH_INTERVAL);
            return rest(now);
        }
        Deployment deployment =
                site.besideOthers(site.content().deployments().of(record.good().get()));
        if (!settled) {
            // What holds it up, such as a finalizer, may do so for days: what runs is looked at meanwhile.
            settle(deployment, good);
        }
        health(deployment, now, options);
        blindSince = null;
        if (!cycleDue.isAfter(now) && correcting == null) {
            if (settlesAgain) {
                settle(deployment, good);
            }
            cycle(record, deployment, options, hands);
            cycleDue = now.plus(waiting.reason().isEmpty() ? options.siteInterval() : shorter(options.siteInterval()));
        }
        healthDue = now.plus(correcting == null ? HEALTH_INTERVAL : AFTER_CORRECTION);
        return rest(now);
    }

    private static Duration shorter(Duration interval) {
        return interval.compareTo(CORRECTION_RETRY) < 0 ? interval : CORRECTION_RETRY;
    }

    private Duration rest(Instant now) {
        Instant next = healthDue.isBefore(cycleDue) ? healthDue : cycleDue;
        return next.isBefore(now) ? Duration.ZERO : Duration.between(now, next);
    }

    private void settle(Deployment deployment, Entry good) {
        switch (site.runtime().commit(deployment)) {
            case Settled.Pending(var reason, String detail) -> unsettled = new Note(reason.code(), detail);
            case Settled.Done(var _, List<String> leftovers, Optional<String> waits) -> {
                waits.filter(why -> !settlesAgain)
                        .ifPresent(why -> LOG.log(Level.INFO, "stack " + good.name() + ": not deleted yet: " + why));
                settlesAgain = waits.isPresent();
                settledGeneration = good.generation();
                unsettled = Note.NONE;
                // Committed means: it was seen healthy a moment ago, or before the agent was restarted.
                observed = new Observed(Optional.of(true), Note.NONE, List.of(), leftovers, clock.instant());
                hysteresis = Hysteresis.HEALTHY;
                cycleDue = site.passing().instant();
            }
        }
    }

    /** Whether the runtime knows without a probe that all is well still: then the content, as long as it may be, is not read. */
    private boolean holds(Entry good) {
        Deployments deployments = site.content().deployments();
        Optional<Health> held = site.runtime().holding(deployments.identity(good), Deployments.timing(good));
        if (held.filter(Health.Healthy.class::isInstance).isEmpty()) {
            return false;
        }
        hysteresis = hysteresis.next(held.get());
        see(Optional.of(true), standby);
        blindSince = null;
        return true;
    }

    private void health(Deployment deployment, Instant now, EntryOptions options) {
        Health health = site.runtime().probe(deployment);
        hysteresis = hysteresis.next(health);
        switch (health) {
            case Health.Healthy _ -> {
                see(Optional.of(true), standby);
                endCorrection(deployment, false);
            }
            case Health.Starting _ -> {} // restarted by the engine, or just corrected: neither good nor bad yet
            case Health.Unhealthy(var reason, String detail, var _) -> {
                if (reason == HealthReason.OBJECT_MISSING) {
                    hasten(now, options.siteInterval());
                }
                if (hysteresis.unhealthy()) {
                    see(Optional.of(false), waiting.reason().isEmpty() ? new Note(reason.code(), detail) : waiting);
                }
                endCorrection(deployment, true);
            }
        }
    }

    /** Somebody took something away: it need not be away for a whole site cycle. But once in each, for somebody may do so again and again. */
    private void hasten(Instant now, Duration siteInterval) {
        if (!now.isBefore(hastened.plus(siteInterval))) {
            hastened = now;
            cycleDue = now;
        }
    }

    private void see(Optional<Boolean> healthy, Note detail) {
        Note told = detail.reason().isEmpty() ? unsettled : detail;
        observed = new Observed(
                healthy, told, observed.drift(), observed.leftovers(), clock.instant(), isWaiting(observed.drift()));
    }

    /** What differs and nobody corrects is the worse news. */
    private boolean isWaiting(List<Difference> drift) {
        return !waiting.reason().isEmpty() || (!unsettled.reason().isEmpty() && drift.isEmpty());
    }

    /** A correction is over: what it set aside goes, or comes back where everything was made anew and the new one is worse. */
    private void endCorrection(Deployment deployment, boolean failed) {
        if (correcting == null) {
            return;
        }
        if (failed && correcting == ApplyMode.ALWAYS) {
            if (site.runtime().rollback(deployment, Optional.of(deployment)) instanceof Settled.Done) {
                correcting = null;
            }
            return;
        }
        if (site.runtime().commit(deployment) instanceof Settled.Pending(var reason, String detail)) {
            settledGeneration = 0;
            unsettled = new Note(reason.code(), detail);
        }
        correcting = null;
    }

    private void cycle(StackRecord record, Deployment deployment, EntryOptions options, Hands hands) {
        standby = standby(record, deployment);
        if (observed.healthy().orElse(false)) {
            see(observed.healthy(), standby);
        }
        List<Difference> drift = site.runtime().diff(deployment);
        boolean repair = hands == Hands.ON && (options.alwaysApply() || (options.correctDrift() && !drift.isEmpty()));
        waiting = Note.NONE;
        if (!repair) {
            observed = new Observed(
                    observed.healthy(),
                    observed.detail(),
                    drift,
                    observed.leftovers(),
                    clock.instant(),
                    isWaiting(drift));
            return;
        }
        ApplyMode mode = options.alwaysApply() ? ApplyMode.ALWAYS : ApplyMode.CORRECT;
        switch (site.runtime().apply(deployment, mode)) {
            case Application.Applied(var changes) -> {
                correcting = mode;
                hysteresis = Hysteresis.HEALTHY;
                boolean well = observed.healthy().orElse(false); // what was not is not known before it has started
                observed = new Observed(
                        well ? observed.healthy() : Optional.empty(),
                        well ? observed.detail() : Note.NONE,
                        List.of(),
                        observed.leftovers(),
                        clock.instant(),
                        isWaiting(List.of()));
                if (!drift.isEmpty() || !changes.isEmpty()) {
                    site.reporter().corrected(record, drift, changes, mode);
                }
            }
            case Application.Pending(var reason, String detail) -> {
                waiting = new Note(reason.code(), "what differs cannot be corrected yet: " + detail);
                drifted(drift, waiting);
            }
            case Application.Refused(var reason, String detail) ->
                drifted(drift, new Note(reason.code(), "could not be corrected: " + detail));
        }
    }

    /** What would stand in the way if this had to come: content or images that are gone, or the site's policy. It runs on meanwhile. */
    private Note standby(StackRecord record, Deployment deployment) {
        String reason = AgentReason.ROLLBACK_UNAVAILABLE.code();
        if (!site.content()
                .deployments()
                .entries()
                .isComplete(record.good().orElseThrow().entry())) {
            return new Note(reason, "content of the running generation is gone from the disk");
        }
        List<String> lost = site.runtime().lostImages(deployment);
        return lost.isEmpty()
                ? site.policy()
                        .objection(deployment.model())
                        .map(would -> new Note(AgentReason.POLICY_WOULD_REFUSE.code(), would.sentence()))
                        .orElse(Note.NONE)
                : new Note(reason, "the image that runs is gone from the engine, of " + String.join(", ", lost));
    }

    private void drifted(List<Difference> drift, Note why) {
        observed =
                new Observed(observed.healthy(), why, drift, observed.leftovers(), clock.instant(), isWaiting(drift));
    }
}
