package io.wherry.agent.report;

import io.wherry.agent.hubclient.Delivered;
import io.wherry.agent.hubclient.HubClient;
import io.wherry.agent.state.StateException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Brings receipts home, oldest first, while there is a link. */
public final class Courier {
    private static final Logger LOG = System.getLogger(Courier.class.getName());

    /** The protocol's limit for one report. */
    private static final int MOST_AT_ONCE = 64;

    /** Below the protocol's message limit, with room for its frame. */
    private static final int MOST_BYTES = 900 << 10;

    private static final Duration FIRST = Duration.ofSeconds(2);
    private static final Duration MOST = Duration.ofMinutes(5);
    private static final int MAX_EXPONENT = 10;
    /** With nothing to bring it only sleeps; a new receipt nudges it. */
    private static final Duration IDLE = Duration.ofHours(1);

    private final Outbox outbox;
    private final HubClient hub;
    private final RandomGenerator random;
    private int failures;
    private volatile Duration rest = Duration.ZERO;

    public Courier(Outbox outbox, HubClient hub, RandomGenerator random) {
        this.outbox = outbox;
        this.hub = hub;
        this.random = random;
    }

    /** Sends until nothing is left, or hub or disk does not take it. @return whether the outbox is empty */
    public boolean runOnce() {
        try {
            return deliver();
        } catch (StateException e) { // they are safe at the hub, which knows them again
            LOG.log(Level.WARNING, "receipts: they are sent again later: " + e.getMessage());
            return failed(Duration.ZERO);
        }
    }

    private boolean deliver() {
        List<Outbox.Letter> letters = pack(outbox.oldest(MOST_AT_ONCE));
        while (!letters.isEmpty()) {
            Delivered delivered =
                    hub.report(letters.stream().map(Outbox.Letter::envelope).toList());
            switch (delivered) {
                case Delivered.Accepted(var digests) -> {
                    if (outbox.forget(digests) == 0) {
                        LOG.log(Level.WARNING, "receipts: the hub answered and took none; they are sent again later");
                        return failed(MOST);
                    }
                    failures = 0;
                }
                case Delivered.Unreachable(var _, String why, var retryAfter) -> {
                    LOG.log(Level.DEBUG, "receipts: " + why);
                    return failed(retryAfter.orElse(Duration.ZERO));
                }
                case Delivered.Refused(String reason, String detail) -> {
                    LOG.log(Level.WARNING, "receipts: the hub refuses them: " + reason + ": " + detail);
                    return failed(MOST);
                }
            }
            letters = pack(outbox.oldest(MOST_AT_ONCE));
        }
        rest = IDLE;
        return true;
    }

    /** How long until the next run that nobody asked for. */
    public Duration rest() {
        return rest;
    }

    private static List<Outbox.Letter> pack(List<Outbox.Letter> letters) {
        List<Outbox.Letter> packed = new ArrayList<>();
        long bytes = 0;
        for (Outbox.Letter letter : letters) {
            bytes += letter.envelope().length;
            if (!packed.isEmpty() && bytes > MOST_BYTES) {
                break;
            }
            packed.add(letter);
        }
        return packed;
    }

    private boolean failed(Duration atLeast) {
        Duration mean = FIRST.multipliedBy(1L << Math.min(failures, MAX_EXPONENT));
        Duration capped = mean.compareTo(MOST) > 0 ? MOST : mean;
        failures++;
        Duration jittered = capped.dividedBy(2).plusMillis(random.nextLong(capped.toMillis() + 1));
        rest = jittered.compareTo(atLeast) > 0 ? jittered : atLeast;
        return false;
    }
}
