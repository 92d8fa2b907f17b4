package io.wherry.hub.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Keeps one page of one browser up to date, by server-sent events: looks at it again and again, and sends its body when that has changed. Otherwise it
 * says that it is still so: the page's "as of" goes on, and a reader that is gone is found out.
 *
 * <p>The request's own thread does it. What may be open at once is bounded by {@link Streams}.
 */
final class LivePage {
    /** Between two looks. Fast enough to watch a deployment, and with every place taken some dozens of pages a second. */
    static final Duration PAUSE = Duration.ofSeconds(2);

    private final CountDownLatch end;
    private final InstantSource clock;
    private final Duration pause;

    /** @param end open when the stream shall end */
    LivePage(CountDownLatch end, InstantSource clock, Duration pause) {
        this.end = end;
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * Streams until the reader or the hub goes.
     *
     * @param look the page's body now; empty once the session is over, which ends the stream
     */
    void follow(OutputStream out, Supplier<Optional<String>> look) throws IOException, InterruptedException {
        String shown = "";
        do {
            Optional<String> body = look.get();
            if (body.isEmpty()) {
                send(out, "over", "");
                return;
            }
            if (!body.get().equals(shown)) {
                shown = body.get();
                send(out, "page", shown);
            } else {
                send(out, "same", "");
            }
        } while (!end.await(pause.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** The event's id is the hub's time: as of when this is so. */
    private void send(OutputStream out, String event, String data) throws IOException {
        StringBuilder text = new StringBuilder("event: ").append(event).append('\n');
        text.append("id: ")
                .append(clock.instant().truncatedTo(ChronoUnit.SECONDS))
                .append('\n');
        data.lines().forEach(line -> text.append("data: ").append(line).append('\n'));
        if (data.isEmpty()) {
            text.append("data:\n");
        }
        out.write(text.append('\n').toString().getBytes(UTF_8));
        out.flush();
    }
}
