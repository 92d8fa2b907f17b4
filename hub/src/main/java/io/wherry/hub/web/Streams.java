package io.wherry.hub.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * The pages that are kept up to date just now, each by a stream that ends when its latch is open.
 *
 * <p>A browser that goes from page to page leaves streams behind that are found out to be dead a few seconds later: within one session the oldest makes
 * room.
 */
final class Streams {
    /** Over all browsers: each holds a connection, and its page is made anew every two seconds. */
    static final int MAX = 60;

    /** A browser opens no more than six connections to a host. */
    static final int MAX_PER_SESSION = 6;

    private final Map<CountDownLatch, Session> open = new LinkedHashMap<>(); // the oldest first
    private boolean closed;

    /** Empty if there is no place. */
    synchronized Optional<CountDownLatch> begin(Session session) {
        if (open.values().stream().filter(session::equals).count() >= MAX_PER_SESSION) {
            open.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(session))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .ifPresent(oldest -> {
                        oldest.countDown();
                        open.remove(oldest);
                    });
        }
        if (closed || open.size() >= MAX) {
            return Optional.empty();
        }
        CountDownLatch end = new CountDownLatch(1);
        open.put(end, session);
        return Optional.of(end);
    }

    synchronized void ended(CountDownLatch end) {
        open.remove(end);
    }

    /** Ends all. */
    synchronized void close() {
        closed = true;
        open.keySet().forEach(CountDownLatch::countDown);
    }
}
