package io.wherry.contract.verify;

import io.wherry.contract.Assignment;
import io.wherry.contract.Entry;
import io.wherry.contract.Release;
import java.time.Instant;
import java.util.Optional;

/** APPLY: whether a generation may begin now. Redo, rollback, repair and restart never ask. */
public final class StartVerifier {
    private StartVerifier() {}

    /** Why this entry's generation must not begin any more; nothing if it may. */
    public static Optional<Refusal> refusal(
            Assignment assignment, Entry entry, Release release, Floor floor, Instant clock) {
        Instant now = floor.now(clock);
        if (!now.isBefore(assignment.expiresAt())) {
            return refuse(VerifyReason.EXPIRED, "the assignment expired at " + assignment.expiresAt(), now);
        }
        Optional<Instant> notAfter = release.notAfter().filter(time -> !now.isBefore(time));
        if (notAfter.isPresent()) {
            return refuse(VerifyReason.EXPIRED, "the release may not begin after " + notAfter.get(), now);
        }
        return entry.options()
                .startBefore()
                .filter(time -> !now.isBefore(time))
                .flatMap(
                        time -> refuse(VerifyReason.START_TOO_LATE, "the generation was to begin before " + time, now));
    }

    private static Optional<Refusal> refuse(VerifyReason reason, String what, Instant now) {
        return Optional.of(new Refusal(reason, what + "; it is " + now + " at least"));
    }
}
