package io.wherry.hub.status;

import java.time.Instant;

/**
 * Something that happened to one object, for people to read.
 *
 * @param number   its place in the order of events: 1, 2, 3 …; a cursor for {@link Events#since}
 * @param at       when the hub noted it
 * @param kind     {@code Source}, {@code Stack} or {@code Agent}
 * @param name     which one
 * @param reason   stable code in CamelCase (docs/reference/reasons.md)
 * @param message  one sentence: the thing and the cause
 * @param next     the command to try next; empty if there is nothing to do
 */
public record Event(
        long number,
        Instant at,
        Severity severity,
        String kind,
        String name,
        String reason,
        String message,
        String next) {

    /** How much it asks of a person. */
    public enum Severity {
        /** Expected; nothing to do. */
        NORMAL,
        /** Worth a look; the hub or the agent goes on by itself. */
        WARNING,
        /** Someone must look: it does not mend itself, or may be an attack. */
        ALARM
    }
}
