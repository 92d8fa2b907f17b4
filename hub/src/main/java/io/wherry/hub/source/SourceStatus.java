package io.wherry.hub.source;

import io.wherry.hub.resource.Ref;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a source is doing, for conditions, {@code status} and people.
 *
 * @param lastCheck   when it was asked last, successfully or not
 * @param lastSuccess when its server answered last
 * @param nextCheck   when it will be asked next, unless nudged
 * @param failures    checks failed in a row
 * @param failure     of the last check, if the source as a whole failed
 * @param refs        each reference that was followed
 */
public record SourceStatus(
        Instant lastCheck,
        Optional<Instant> lastSuccess,
        Instant nextCheck,
        int failures,
        Optional<Fetch.Failed> failure,
        List<RefStatus> refs) {

    /** Checks missed until a source is called stalled: one may be a restart of its server, two a bad moment. */
    public static final int STALLED_AFTER = 3;

    public SourceStatus {
        refs = List.copyOf(refs);
    }

    /**
     * One reference of a source.
     *
     * @param commit  given out last, if ever
     * @param pending where a tag was moved or a branch was rewritten to: waits for {@code source accept}
     * @param failure why the last check gave nothing for it
     * @param signed  what was found out of the signature of {@code commit}
     */
    public record RefStatus(
            Ref ref,
            Optional<String> commit,
            Optional<String> pending,
            Optional<Fetch.Failed> failure,
            Optional<SignatureJudge.Signed> signed) {

        /** Whose signature the commit carries, where that was looked at. */
        public Optional<String> signer() {
            return signed.map(SignatureJudge.Signed::signer);
        }
    }

    /** Three checks failed in a row, or none happened for three intervals. */
    public boolean stalled(Instant now, Duration interval) {
        return failures >= STALLED_AFTER
                || lastCheck.plus(interval.multipliedBy(STALLED_AFTER)).isBefore(now);
    }
}
