package io.wherry.hub.source;

import java.util.List;

/**
 * One commit that came in between two others.
 *
 * @param changeKeys numbers of change requests found in its message, in order, each once; at most {@link #MAX_KEYS}
 */
public record Merged(Revision revision, List<String> changeKeys) {

    /** A message with more is a list of something else. */
    public static final int MAX_KEYS = 50;

    /** Commits listed between two deployments: as many as the mirror keeps. */
    public static final int MAX_COMMITS = 1_000;

    public Merged {
        changeKeys = List.copyOf(changeKeys);
    }
}
