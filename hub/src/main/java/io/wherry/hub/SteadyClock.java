package io.wherry.hub;

import io.wherry.base.ExitCode;
import io.wherry.hub.db.Database;
import io.wherry.hub.status.Event.Severity;
import io.wherry.hub.status.Events;
import io.wherry.hub.status.StatusReason;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Handle;

/**
 * The hub's time, which does not follow a large step of the machine's clock.
 *
 * <p>What the hub signs says when, and no agent ever goes below a signed time: one minute in the year 2100 would put every site that polls in it out of
 * reach for good. So after a step the hub goes on counting from before it, by the time that passes, until the machine's clock is back or a person
 * starts the hub again; and it does not start where the clock is far from when it ran last.
 */
final class SteadyClock implements InstantSource {
    private static final Logger LOG = System.getLogger(SteadyClock.class.getName());

    /** Certificates begin that much early and assignments live for weeks, so a step within it does no harm; machines that sleep make some. */
    static final Duration FOLLOWED = Duration.ofHours(24);

    /** As long as an agent is trusted that is away. */
    static final Duration LONGEST_REST = Duration.ofDays(400);

    /** How much time that passed is measured at once: the two clocks of a machine drift by far less than a step in it. */
    private static final Duration ANCHORED = Duration.ofMinutes(1);

    private final InstantSource machine;
    private final LongSupplier nanos;
    private final Database db;
    private volatile Anchor anchor;
    private boolean told;

    /** One moment by both clocks. */
    private record Anchor(Instant time, long nanos) {}

    private SteadyClock(Database db, InstantSource machine, LongSupplier nanos) {
        this.db = db;
        this.machine = machine;
        this.nanos = nanos;
        this.anchor = new Anchor(machine.instant(), nanos.getAsLong());
    }

    /**
     * @param nanos time that passes, of any beginning
     * @throws HubException if the machine's clock is far from when a hub ran on this database last
     */
    static SteadyClock start(Database db, InstantSource machine, LongSupplier nanos) {
        Instant now = machine.instant();
        Optional<Instant> seen = db.read(SteadyClock::seen);
        boolean off = seen.filter(last -> Duration.between(now, last).compareTo(FOLLOWED) > 0
                        || Duration.between(last, now).compareTo(LONGEST_REST) > 0)
                .isPresent();
        if (off) {
            throw new HubException(
                    ExitCode.BLOCKED,
                    "the clock of this machine says " + now + ", and this hub ran last at " + seen.get()
                            + " (set the clock; if it is right: wherry-hub accept-clock, then start the hub)");
        }
        SteadyClock clock = new SteadyClock(db, machine, nanos);
        accept(db, now);
        return clock;
    }

    /** A person says that this is the time. */
    static void accept(Database db, Instant now) {
        db.run(handle -> note(handle, now));
    }

    @Override
    public Instant instant() {
        Anchor from = anchor;
        Instant time = machine.instant();
        long passed = nanos.getAsLong() - from.nanos();
        Instant counted =
                from.time().plusNanos(passed).truncatedTo(ChronoUnit.MILLIS); // as the machine's clock is read
        if (isStep(counted, time)) {
            return counted;
        }
        if (passed > ANCHORED.toNanos()) {
            anchor = new Anchor(time, from.nanos() + passed);
        }
        return time;
    }

    /** Tells of a step once, and of its end; notes the time for the next start. Called now and then, by one thread. */
    void look(Events events) {
        Instant counted = instant();
        Instant time = machine.instant();
        boolean stepped = isStep(counted, time);
        db.run(handle -> {
            note(handle, counted);
            if (stepped && !told) {
                events.raise(
                        handle,
                        Severity.ALARM,
                        "Hub",
                        "clock",
                        StatusReason.CLOCK_STEPPED,
                        "the clock of the hub's machine says " + time + "; the hub goes on with " + counted,
                        "set the clock; if it is right, start the hub again");
            }
        });
        if (stepped != told) {
            events.published();
            LOG.log(
                    stepped ? Level.ERROR : Level.INFO,
                    stepped
                            ? "the clock of this machine stepped to " + time + "; the hub goes on with " + counted
                            : "the clock of this machine is back at " + time);
        }
        told = stepped;
    }

    private static boolean isStep(Instant counted, Instant time) {
        return Duration.between(counted, time).abs().compareTo(FOLLOWED) > 0;
    }

    private static Optional<Instant> seen(Handle handle) {
        return handle.createQuery("SELECT seen_ms FROM hub_clock")
                .map((row, context) -> Instant.ofEpochMilli(row.getLong("seen_ms")))
                .findOne();
    }

    private static void note(Handle handle, Instant time) {
        if (handle.execute("UPDATE hub_clock SET seen_ms = ?", time.toEpochMilli()) == 0) {
            handle.execute("INSERT INTO hub_clock (seen_ms) VALUES (?)", time.toEpochMilli());
        }
    }
}
