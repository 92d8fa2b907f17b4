package io.wherry.hub.agentapi;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Counts failed enrolments per address, so that nobody tries tokens by the thousand. A token cannot be guessed anyway (256 bits); this keeps the
 * attempts from costing the hub anything. Successful ones are not counted: a thousand sites may stand behind one address.
 */
final class FailedEnrolments {
    /** Mistyped a few times is human. */
    static final int PER_MINUTE = 5;

    private static final Duration WINDOW = Duration.ofMinutes(1);

    /** About 1 MB; when an attacker uses more addresses than this, the oldest are forgotten. */
    private static final int ADDRESSES = 10_000;

    private final InstantSource clock;
    private final Map<String, Count> counts = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Count> eldest) {
            return size() > ADDRESSES;
        }
    };

    FailedEnrolments(InstantSource clock) {
        this.clock = clock;
    }

    private record Count(Instant since, int failures) {}

    /** How long this address must wait before it may try again; nothing if it may now. */
    synchronized Optional<Duration> wait(Object address) {
        Count count = counts.get(key(address));
        if (count == null || count.failures() < PER_MINUTE) {
            return Optional.empty();
        }
        Duration rest = Duration.between(clock.instant(), count.since().plus(WINDOW));
        return rest.isPositive() ? Optional.of(rest) : Optional.empty();
    }

    synchronized void failed(Object address) {
        Instant now = clock.instant();
        counts.merge(
                key(address),
                new Count(now, 1),
                (old, first) ->
                        now.isBefore(old.since().plus(WINDOW)) ? new Count(old.since(), old.failures() + 1) : first);
    }

    /** The host alone; of an IPv6 address its /64, which one customer has whole. */
    private static String key(Object address) {
        if (!(address instanceof InetSocketAddress socket) || socket.getAddress() == null) {
            return String.valueOf(address);
        }
        InetAddress host = socket.getAddress();
        byte[] bytes = host.getAddress();
        if (bytes.length == 4) {
            return host.getHostAddress();
        }
        return java.util.HexFormat.of().formatHex(bytes, 0, 8);
    }
}
