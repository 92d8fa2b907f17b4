package io.wherry.hub.backup;

import io.wherry.contract.json.Json;
import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.LogIdentity;
import io.wherry.hub.db.Database;
import io.wherry.hub.fleet.Review;
import io.wherry.hub.fleet.Review.Position;
import io.wherry.hub.fleet.ReviewRepository;
import io.wherry.hub.release.KeyRotation;
import io.wherry.hub.release.Keys;
import io.wherry.hub.release.Releases;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Makes a data folder that is older than its fleet fit to serve it: a trust root with a new epoch, so that agents accept lower sequences; release counters
 * above all that were lost; and every agent held for review, so that none is offered what is older than what it runs.
 */
public final class NewEpoch {
    private NewEpoch() {}

    /**
     * What was begun.
     *
     * @param held agents that are held for review
     */
    public record Begun(Keys keys, int held) {}

    /**
     * Begins it. The hub must not run. A second time begins another epoch, which does no harm; whoever broke off begins again.
     *
     * @param action what the audit log says was done
     * @param detail what it says beside the numbers
     */
    public static Begun begin(Path data, String action, Json.Obj detail, InstantSource clock) {
        Instant now = clock.instant();
        try (Database db = Database.open(data.resolve("hub.db"))) {
            Keys.open(data).root(); // before anything is changed: without it there is no new epoch
            Position highest = db.read(NewEpoch::highest);
            Optional<Json.Obj> last = lastCheckpoint(db, Keys.open(data), clock);
            int held = db.write(handle -> {
                Releases.raiseCounters(handle, now);
                return ReviewRepository.holdAll(
                        handle,
                        now); // before the root: a hub must never offer in the new epoch what it did not look at
            });
            Keys before = Keys.open(data);
            Keys keys = KeyRotation.beginEpoch(
                    data,
                    highest.rootVersion() + 1,
                    Math.max(Math.max(before.epoch(), highest.epoch()) + 1, now.getEpochSecond()),
                    now);
            AuditLog log = new AuditLog(db, new LogIdentity(keys.trustDomain(), keys.epoch(), keys.log()), clock);
            Json.Builder told = Json.object()
                    .put("epoch", keys.epoch())
                    .put("rootVersion", keys.trustRoot().version())
                    .put("agentsHeld", held);
            detail.fields().forEach(told::put);
            last.ifPresent(checkpoint -> told.put("lastCheckpoint", checkpoint));
            log.append(AuditEvent.user(
                            now,
                            Who.HUB,
                            What.done(action, "Hub/" + keys.trustDomain().brief()))
                    .with(told.build()));
            // The first of the new epoch, and of another origin: what was signed later than the backup contradicts
            // nothing.
            log.checkpoint();
            return new Begun(keys, held);
        }
    }

    /** The furthest that any agent said it had come. */
    private static Position highest(org.jdbi.v3.core.Handle handle) {
        List<Position> told = ReviewRepository.list(handle).stream()
                .map(Review::told)
                .flatMap(Optional::stream)
                .toList();
        return new Position(
                told.stream().mapToLong(Position::epoch).max().orElse(0),
                0,
                told.stream().mapToLong(Position::rootVersion).max().orElse(0));
    }

    /** What the log of the epoch before was signed as last: the new one goes on from there. */
    private static Optional<Json.Obj> lastCheckpoint(Database db, Keys keys, InstantSource clock) {
        return new AuditLog(db, new LogIdentity(keys.trustDomain(), keys.epoch(), keys.log()), clock)
                .latestCheckpoint()
                .map(signed -> Json.object()
                        .put("origin", signed.checkpoint().origin())
                        .put("size", signed.checkpoint().size())
                        .put("root", signed.checkpoint().root().toString())
                        .build());
    }
}
