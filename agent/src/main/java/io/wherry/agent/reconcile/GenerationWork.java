package io.wherry.agent.reconcile;

import io.wherry.agent.health.Health;
import io.wherry.agent.health.ObjectHealth;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Change;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.runtime.Staging;
import io.wherry.agent.state.StackRecord;
import io.wherry.agent.state.StackRecord.Note;
import io.wherry.agent.state.StackRecord.Quarantine;
import io.wherry.agent.state.Step;
import io.wherry.agent.trust.Staged;
import io.wherry.base.Durations;
import io.wherry.contract.Entry;
import io.wherry.contract.EntryOptions.OnUnhealthy;
import io.wherry.contract.Release;
import io.wherry.contract.policy.Violation;
import io.wherry.contract.verify.Refusal;
import io.wherry.contract.verify.StartVerifier;
import io.wherry.contract.verify.VerifyReason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings one generation of one stack about, step by step, each written to the journal before its effect.
 *
 * <p>FETCHING, VERIFIED and STAGED touch nothing that runs. From APPLYING on the work ends in COMMITTED or ROLLED_BACK, whatever else happens.
 */
final class GenerationWork {
    /** The first and three more after crashes: more, and the apply itself is what kills the agent. */
    static final int MAX_ATTEMPTS = 4;

    /** An apply that meets broken surroundings in its middle so often is undone: what ran before shall run while we wait. */
    static final int MAX_INTERRUPTIONS = 3;

    /** A straight way takes five transitions, one with every redo about twelve. */
    static final int MAX_TRANSITIONS = 32;

    private final Site site;
    private final InstantSource clock;

    /** When this process began to apply or to probe; null after a restart, which is how a crash is known. */
    private @Nullable Instant applyingSince;

    /** By the time that passes: content that is good does not go back because the site's clock was set. */
    private @Nullable Instant probingSince;

    private int interruptions;
    /** Since the last apply the runtime did not answer: it may have been started anew, and what it ran before is ended then. */
    private boolean away;

    GenerationWork(Site site, InstantSource clock) {
        this.site = site;
        this.clock = clock;
    }

    /** Takes the entry as far as it goes in one turn: to PROBING, to a verdict, or to what it must wait for. */
    Turn bringAbout(StackRecord before, Entry entry) {
        Holds holds = new Holds(site, clock);
        Optional<Note> hold = holds.on(entry);
        if (hold.isPresent()) {
            return new Turn.Held(hold.get());
        }
        StackRecord record = before;
        if (!isBegun(record, entry)) {
            record = write(record.begin(entry, clock.instant()));
        } else if (record.step() == Step.STAGED) {
            Optional<Note> closed = holds.outsideWindow(record, entry);
            if (closed.isPresent()) {
                return new Turn.Held(closed.get()); // all is here: no need to ask the runtime again and again
            }
        }
        if (record.work().tries().transitions() > MAX_TRANSITIONS) {
            return refuse(
                    record,
                    AgentReason.TOO_MANY_TRANSITIONS.code(),
                    "generation " + entry.generation() + " went in circles; wherry-agent history shows them");
        }
        return switch (site.content().stager().stage(entry)) {
            case Staged.Pending(String reason, String detail, Optional<Duration> retryAfter) ->
                new Turn.Waits(new Note(reason, detail), retryAfter);
            case Staged.Refused(String reason, String detail) -> refuse(record, reason, detail);
            case Staged.Ready(Release release, var _) ->
                stage(
                        record.step() == Step.FETCHING ? write(record.to(Step.VERIFIED, clock.instant())) : record,
                        entry,
                        release);
        };
    }

    private static boolean isBegun(StackRecord record, Entry entry) {
        return switch (record.step()) {
            case FETCHING, VERIFIED, STAGED ->
                record.work().entry().filter(entry::equals).isPresent();
            case IDLE, APPLYING, PROBING, HELD, COMMITTED, ROLLING_BACK, ROLLED_BACK, FAILED, REMOVED -> false;
        };
    }

    private Turn stage(StackRecord record, Entry entry, Release release) {
        Deployment deployment;
        Optional<Violation> objection;
        try {
            switch (site.content().deployments().open(entry)) {
                case Deployments.Opened.TooLarge(String why) -> {
                    return refuse(record, AgentReason.STACK_TOO_LARGE.code(), why);
                }
                case Deployments.Opened.Whole(Deployment whole) -> deployment = site.besideOthers(whole);
            }
            // The same content as what runs: a policy that became stricter stops no repair and no second try of it.
            objection = record.good().filter(good -> good.hasContentOf(entry)).isPresent()
                    ? Optional.empty()
                    : site.policy().objection(deployment.model());
        } catch (io.wherry.contract.SiteVariableException e) {
            return refuse(record, AgentReason.SITE_VARIABLES_INVALID.code(), String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException | io.wherry.contract.json.JsonException e) {
            return refuse(record, AgentReason.CONTENT_INVALID.code(), String.valueOf(e.getMessage()));
        }
        if (objection.isPresent()) {
            return refuse(
                    record, AgentReason.POLICY_DENIED.code(), objection.get().sentence());
        }
        return switch (site.runtime().stage(deployment)) {
            case Staging.Pending(var reason, String detail) -> Turn.waits(reason.code(), detail);
            case Staging.Refused(var reason, String detail) -> refuse(record, reason.code(), detail);
            case Staging.Staged(var images) -> {
                Optional<Refusal> late = late(entry, release);
                if (late.isPresent()) {
                    yield tooLate(late.get());
                }
                StackRecord staged = write(record.staged(images, clock.instant()));
                Optional<Note> closed = new Holds(site, clock).outsideWindow(staged, entry);
                yield closed.isPresent() ? new Turn.Held(closed.get()) : begin(staged, deployment.with(images));
            }
        };
    }

    /** Times are judged here, when a generation begins, and never later: redo, rollback and repair go on. */
    private Optional<Refusal> late(Entry entry, Release release) {
        return site.state()
                .adopted()
                .flatMap(assignment -> StartVerifier.refusal(
                        assignment, entry, release, site.state().floor(), clock.instant()));
    }

    private static Turn tooLate(Refusal late) {
        String reason = late.reason() == VerifyReason.EXPIRED
                ? AgentReason.STALE.code()
                : late.reason().code();
        return Turn.waits(reason, late.detail());
    }

    private Turn begin(StackRecord record, Deployment deployment) {
        interruptions = 0;
        return apply(record, deployment);
    }

    /** APPLYING after a crash, PROBING, ROLLING_BACK: ends what may have left the runtime half changed. */
    Turn endWhatIsInTheMiddle(StackRecord record) {
        Deployment deployment = deploymentOf(record);
        return switch (record.step()) {
            case APPLYING ->
                record.work().tries().attempts() >= MAX_ATTEMPTS && applyingSince == null
                        ? goBack(
                                record,
                                AgentReason.CRASHED_WHILE_APPLYING.code(),
                                "the agent died " + record.work().tries().attempts()
                                        + " times in the middle of this apply")
                        : apply(record, deployment);
            case PROBING -> away ? applyAgain(record, deployment) : probe(record, deployment);
            case ROLLING_BACK -> rollBack(record, deployment);
            case IDLE, FETCHING, VERIFIED, STAGED, HELD, COMMITTED, ROLLED_BACK, FAILED, REMOVED ->
                throw new IllegalStateException("step: " + record.step() + " (expected: one in the middle)");
        };
    }

    /** The runtime did not answer in the middle of something. */
    void runtimeWasAway() {
        away = true;
    }

    /** What is not there any more went with the runtime: that is no verdict on this generation. */
    private Turn applyAgain(StackRecord record, Deployment deployment) {
        interruptions++;
        return interruptions < MAX_INTERRUPTIONS
                ? apply(record, deployment)
                : interrupted(record, "the runtime went away again and again");
    }

    private Turn interrupted(StackRecord record, String detail) {
        interruptions = 0;
        applyingSince = null;
        away = false;
        write(record.putOff(
                Step.ROLLING_BACK, new Note(AgentReason.APPLY_INTERRUPTED.code(), detail), clock.instant()));
        return Turn.atOnce();
    }

    private Turn apply(StackRecord before, Deployment deployment) {
        StackRecord record = applyingSince == null || before.step() != Step.APPLYING
                ? write(before.attempt(clock.instant()))
                : before;
        applyingSince = clock.instant();
        away = false;
        return switch (site.runtime().apply(deployment, ApplyMode.FULL, () -> before(record))) {
            case Application.Applied(var changes) -> {
                site.reporter().changed(record, changes);
                applyingSince = null;
                probingSince = site.passing().instant();
                write(record.applied(Change.gaps(changes), clock.instant()));
                yield Turn.atOnce();
            }
            case Application.Pending(var reason, String detail) -> {
                interruptions++;
                yield interruptions < MAX_INTERRUPTIONS
                        ? Turn.waits(reason.code(), detail)
                        : interrupted(record, reason.code() + ": " + detail);
            }
            case Application.Refused(var reason, String detail) -> goBack(record, reason.code(), detail);
        };
    }

    private Turn probe(StackRecord record, Deployment deployment) {
        Instant now = site.passing().instant();
        if (probingSince == null) {
            probingSince = now; // after a restart the window begins anew
        }
        return switch (site.runtime().probe(deployment)) {
            case Health.Healthy _ -> commit(record);
            case Health.Starting(String detail, var _) -> {
                Duration most = window(deployment);
                yield now.isAfter(probingSince.plus(most))
                        ? unhealthy(
                                record,
                                AgentReason.HEALTH_TIMEOUT.code(),
                                "not healthy within " + Durations.format(most) + ": " + detail)
                        : Turn.starting(Duration.between(probingSince, now));
            }
            case Health.Unhealthy(var reason, String detail, var objects) ->
                unhealthy(record, reason.code(), naming(objects, detail));
        };
    }

    /** The runtime judges each object by its own time; this bounds what waits for others in turn. */
    private static Duration window(Deployment deployment) {
        return deployment
                .timing()
                .healthTimeout()
                .multipliedBy(2)
                .plus(deployment.timing().observe());
    }

    /** With the object that it is about before it, unless its own words begin with that. */
    private static String naming(java.util.List<ObjectHealth> objects, String detail) {
        return objects.stream()
                .filter(o -> o.state() == ObjectHealth.State.UNHEALTHY)
                .map(ObjectHealth::object)
                .findFirst()
                .filter(object -> !detail.startsWith(object + " "))
                .map(object -> object + ": " + detail)
                .orElse(detail);
    }

    private Turn commit(StackRecord record) {
        probingSince = null;
        write(record.committed(entryOf(record), clock.instant()));
        return Turn.atOnce(); // the watch settles it: what was set aside goes
    }

    private Turn unhealthy(StackRecord record, String reason, String detail) {
        probingSince = null;
        if (entryOf(record).options().onUnhealthy() == OnUnhealthy.ROLLBACK) {
            return goBack(record, reason, detail);
        }
        Quarantine verdict = new Quarantine(entryOf(record).generation(), false, new Note(reason, detail));
        write(record.verdict(Step.HELD, verdict, clock.instant()));
        return new Turn.Again(Watch.HEALTH_INTERVAL);
    }

    /** A held generation may still become healthy: then it is committed after all. A newer one first brings back what ran before. */
    Turn lookAtHeld(StackRecord record) {
        Deployment deployment = deploymentOf(record);
        return site.runtime().probe(deployment) instanceof Health.Healthy
                ? commit(record)
                : new Turn.Again(Watch.HEALTH_INTERVAL);
    }

    /** A newer generation replaces a held one: from the last good state, as the release role saw it. */
    Turn leaveHeld(StackRecord record) {
        write(record.putOff(Step.ROLLING_BACK, record.work().note(), clock.instant()));
        return Turn.atOnce();
    }

    private Turn goBack(StackRecord record, String reason, String detail) {
        applyingSince = null;
        probingSince = null;
        Quarantine verdict = new Quarantine(entryOf(record).generation(), true, new Note(reason, detail));
        write(record.verdict(Step.ROLLING_BACK, verdict, clock.instant()));
        return Turn.atOnce();
    }

    /** What ran before, if all of its content is still there. */
    private Optional<Deployment> before(StackRecord record) {
        Deployments deployments = site.content().deployments();
        return record.good()
                .filter(good -> deployments.entries().isComplete(good.entry()))
                .map(deployments::of)
                .map(site::besideOthers);
    }

    private Turn rollBack(StackRecord record, Deployment failed) {
        Optional<Deployment> good = before(record);
        if (good.isEmpty() && record.good().isPresent()) {
            return unavailable(record, "content of what ran before is gone from the disk");
        }
        return switch (site.runtime().rollback(failed, good)) {
            case Settled.Pending(var reason, String detail) ->
                reason == RuntimeReason.IMAGE_UNAVAILABLE
                        ? unavailable(record, detail)
                        : Turn.waits(reason.code(), detail + whyItGoesBack(record));
            case Settled.Done _ -> {
                Note why = record.work().note();
                Optional<Quarantine> verdict = record.quarantine();
                write(
                        verdict.isPresent()
                                ? record.verdict(Step.ROLLED_BACK, verdict.get(), clock.instant())
                                : record.putOff(Step.ROLLED_BACK, why, clock.instant()));
                yield verdict.isPresent() ? Turn.atOnce() : new Turn.Waits(why, Optional.empty());
            }
        };
    }

    /** What ran before cannot come back whole. Tried again, because an image may be loaded; a newer generation need not wait for that. */
    private static Turn unavailable(StackRecord record, String detail) {
        return Turn.waits(AgentReason.ROLLBACK_UNAVAILABLE.code(), detail + whyItGoesBack(record));
    }

    private static String whyItGoesBack(StackRecord record) {
        return record.quarantine()
                .map(q -> "; generation " + q.generation() + " failed: "
                        + q.note().reason() + ": " + q.note().message())
                .orElse("");
    }

    /** What the journal says is being done, with the images it was staged with: a redo must not run others. */
    private Deployment deploymentOf(StackRecord record) {
        return site.besideOthers(site.content().deployments().of(entryOf(record)))
                .with(record.work().images());
    }

    /** A verdict before anything was touched. */
    private Turn refuse(StackRecord record, String reason, String detail) {
        Quarantine verdict = new Quarantine(entryOf(record).generation(), false, new Note(reason, detail));
        write(record.verdict(Step.FAILED, verdict, clock.instant()));
        return Turn.atOnce();
    }

    private StackRecord write(StackRecord record) {
        site.journal().write(record);
        site.reporter().moved(record);
        return record;
    }

    private static Entry entryOf(StackRecord record) {
        return record.work()
                .entry()
                .orElseThrow(() -> new IllegalStateException(
                        "work: without an entry (expected: one at step " + record.step() + ")"));
    }
}
