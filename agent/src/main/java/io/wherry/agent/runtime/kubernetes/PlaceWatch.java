package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A watch of one list, from where the list was read on. It tells only that something of it has changed, or that it does not know any more: ended, refused,
 * too old (410), silent. In either case the list is read again and a new watch is opened, so that no event need be understood.
 */
final class PlaceWatch implements ApiServer.Follower {
    /** Then the server ends it by itself: one list in five minutes is what a watch costs. */
    static final Duration LENGTH = Duration.ofSeconds(290);

    /** The server sends a bookmark about every minute; a connection that was lost without a word is noticed by its silence. */
    static final Duration SILENCE = Duration.ofSeconds(150);

    private static final byte[] BOOKMARK = "{\"type\":\"BOOKMARK\"".getBytes(US_ASCII);

    private final InstantSource clock;
    private int inLine;
    private volatile Instant heard;
    private volatile boolean over;
    private volatile boolean refused;

    PlaceWatch(InstantSource clock) {
        this.clock = clock;
        this.heard = clock.instant();
    }

    /** The path and query of a watch. */
    static String path(String list, String selector, String resourceVersion) {
        return list + "?watch=true&allowWatchBookmarks=true&timeoutSeconds=" + LENGTH.toSeconds() + "&resourceVersion="
                + Kind.segment(resourceVersion) + (selector.isEmpty() ? "" : "&" + selector);
    }

    /** Whether the list is certainly what it was. */
    boolean isQuiet() {
        return !over && clock.instant().isBefore(heard.plus(SILENCE));
    }

    /** Whether the server would not have it at all. */
    boolean isRefused() {
        return refused;
    }

    /** Events come as one line each; all but a bookmark mean a change, or an error. Only the beginning of a line is looked at. */
    @Override
    public void part(byte[] bytes) {
        heard = clock.instant();
        for (byte one : bytes) {
            if (one == '\n') {
                inLine = 0;
            } else if (inLine < BOOKMARK.length) {
                if (one != BOOKMARK[inLine]) {
                    over = true;
                }
                inLine++;
            }
        }
    }

    @Override
    public void ended(int status) {
        refused = status == 403 || status == 405;
        over = true;
    }
}
