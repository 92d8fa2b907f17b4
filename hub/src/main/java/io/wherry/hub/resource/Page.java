package io.wherry.hub.resource;

import java.util.List;
import java.util.Optional;

/**
 * A part of a list, in order of names.
 *
 * @param next what to send as {@code continue} for the next part; empty: this was the last
 */
public record Page<T>(List<T> items, Optional<String> next) {
    /** What a list gives at once unless asked for less. */
    public static final int MAX_LIMIT = 500;

    public Page {
        items = List.copyOf(items);
    }
}
