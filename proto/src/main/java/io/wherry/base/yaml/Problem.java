package io.wherry.base.yaml;

/**
 * What is wrong with an input, where, and what would mend it.
 *
 * @param at      the place to look at
 * @param message names the thing and the cause, lower case, without a full stop
 * @param hint    what to do; empty if the message says it all
 */
public record Problem(Position at, String message, String hint) {

    public static Problem of(Position at, String message) {
        return new Problem(at, message, "");
    }

    /** The same problem at another place. */
    public Problem at(Position place) {
        return new Problem(place, message, hint);
    }

    /** {@code FILE:LINE:COLUMN: problem (hint)}: one line. */
    @Override
    public String toString() {
        return at + ": " + message + (hint.isEmpty() ? "" : " (" + hint + ")");
    }
}
