package io.wherry.agent.hubclient;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When to poll next, and for how long to let the hub hold the answer. Not for several threads.
 *
 * <p>Every wait has full jitter, so that agents that lost their hub together do not come back together.
 */
public final class Cadence {
    /** Polls of one agent are at least this far apart. */
    public static final Duration MIN_WAIT = Duration.ofSeconds(1);
    /** After a refusal: the hub will say the same again. */
    static final Duration AFTER_REFUSAL = Duration.ofSeconds(10);
    /** Longest wait between tries when the hub is gone: a site is back within this and its jitter. */
    static final Duration MAX_BACKOFF = Duration.ofMinutes(5);
    /** Below this a held poll is no better than an interval. */
    static final Duration MIN_HOLD = Duration.ofSeconds(15);
    /** So many whole holds in a row, and the middle box may be gone: try longer ones. */
    private static final int WHOLE_HOLDS_TO_GROW = 16;
    /** A call that broke sooner was not broken for being held. */
    private static final Duration HELD_AT_LEAST = Duration.ofSeconds(10);

    private static final int MAX_EXPONENT = 12;

    private final PollMode mode;
    private final Duration interval;
    private final Duration holdMax;
    private final RandomGenerator random;
    private Duration hold;
    private int wholeHolds;
    private int failures;

    public Cadence(PollMode mode, Duration interval, Duration holdMax, RandomGenerator random) {
        this.mode = mode;
        this.interval = interval;
        this.holdMax = holdMax;
        this.random = random;
        this.hold = holdMax;
    }

    public PollMode mode() {
        return mode;
    }

    /** How long the next poll may be held. Zero in the other modes, and while the hub does not answer: then a quick answer is worth more. */
    public Duration hold() {
        return mode == PollMode.HELD && failures == 0 ? hold : Duration.ZERO;
    }

    /**
     * Notes how a poll went and says how long to wait for the next.
     *
     * @param asked the hold that was asked for
     * @param took  how long the answer, or the break, took
     */
    public Duration after(Polled polled, Duration asked, Duration took) {
        return switch (polled) {
            case Polled.UpToDate(Polled.Wishes wishes) -> answered(wishes, asked, took);
            case Polled.Offered(byte[] _, Polled.Wishes wishes) -> {
                answered(wishes, Duration.ZERO, took);
                yield MIN_WAIT; // say soon that it was adopted or refused
            }
            case Polled.Doubted _ -> unreachable(Optional.empty(), asked, took);
            case Polled.Unreachable(Trouble _, String _, Optional<Duration> retryAfter) ->
                unreachable(retryAfter, asked, took);
            case Polled.GivenUp _ -> MIN_WAIT;
            case Polled.Refused _ -> {
                failures = Math.min(failures + 1, MAX_EXPONENT);
                yield AFTER_REFUSAL.plus(backoff());
            }
        };
    }

    private Duration answered(Polled.Wishes wishes, Duration asked, Duration took) {
        failures = 0;
        boolean whole = !asked.isZero() && took.compareTo(asked.multipliedBy(9).dividedBy(10)) >= 0;
        if (whole && ++wholeHolds >= WHOLE_HOLDS_TO_GROW) {
            wholeHolds = 0;
            hold = shorter(hold.multipliedBy(2), holdMax);
        }
        if (wishes.nextPoll().isPresent()) {
            return longer(wishes.nextPoll().get(), MIN_WAIT);
        }
        return switch (mode) {
            case HELD -> asked.isZero() || took.compareTo(MIN_WAIT) < 0 ? jittered(MIN_WAIT.multipliedBy(2)) : MIN_WAIT;
            case INTERVAL, TIMER -> jittered(interval);
        };
    }

    private Duration unreachable(Optional<Duration> retryAfter, Duration asked, Duration took) {
        if (!asked.isZero() && took.compareTo(HELD_AT_LEAST) >= 0) {
            wholeHolds = 0;
            hold = longer(hold.dividedBy(2), MIN_HOLD);
            return jittered(MIN_WAIT.multipliedBy(2)); // a middle box, or the hub was started anew, and all were held
        }
        failures = Math.min(failures + 1, MAX_EXPONENT);
        return retryAfter.map(later -> later.plus(jitter(later))).orElseGet(this::backoff);
    }

    private Duration backoff() {
        return jittered(shorter(MIN_WAIT.multipliedBy(1L << failures), MAX_BACKOFF));
    }

    /** Between a half and one and a half: the mean stays. */
    private Duration jittered(Duration mean) {
        return longer(mean.dividedBy(2).plus(jitter(mean)), MIN_WAIT);
    }

    private Duration jitter(Duration most) {
        return Duration.ofMillis(random.nextLong(most.toMillis() + 1));
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
