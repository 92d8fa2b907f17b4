package io.wherry.hub.status;

import io.wherry.contract.AgentId;
import io.wherry.hub.fleet.LastSeen;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether an agent is heard as often as its way of running promises.
 *
 * @param lastHeard empty: never
 */
public record Contact(boolean connected, Optional<Instant> lastHeard) {
    /** A held poll returns after at most 4 minutes (10 by the protocol); three of the longest, and it is silent. */
    static final Duration SILENT_HELD = Duration.ofMinutes(15);

    /** Polls every 60 s by default, with full jitter; five missed in a row are no accident. */
    static final Duration SILENT_INTERVAL = Duration.ofMinutes(5);

    /** A timer may run once a day; the protocol allows no longer. */
    static final Duration SILENT_TIMER = Duration.ofHours(25);

    public static Contact of(LastSeen lastSeen, AgentId agent, Instant now) {
        Optional<Instant> heard = lastSeen.lastHeard(agent);
        Duration silent = lastSeen.mode(agent).map(Contact::silentAfter).orElse(SILENT_HELD);
        return new Contact(heard.isPresent() && heard.get().plus(silent).isAfter(now), heard);
    }

    private static Duration silentAfter(String mode) {
        return switch (mode) {
            case "timer" -> SILENT_TIMER;
            case "interval" -> SILENT_INTERVAL;
            default -> SILENT_HELD;
        };
    }
}
