package io.wherry.hub.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LivePageTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-27T21:00:00Z"));

    private final CountDownLatch end = new CountDownLatch(1);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private String follow(List<Optional<String>> looks) throws Exception {
        Deque<Optional<String>> left = new ArrayDeque<>(looks);
        new LivePage(end, CLOCK, Duration.ofMillis(1)).follow(out, () -> {
            Optional<String> look = left.removeFirst();
            if (left.isEmpty()) {
                end.countDown();
            }
            return look;
        });
        return out.toString(UTF_8);
    }

    @Test
    void sendsAPageOnlyWhenItChangedAndSaysEachTimeAsOfWhen() throws Exception {
        String sent = follow(List.of(Optional.of("<p>a\n</p>"), Optional.of("<p>a\n</p>"), Optional.of("<p>b</p>")));
        assertThat(sent).isEqualTo("""
                event: page
                id: 2026-11-27T21:00:00Z
                data: <p>a
                data: </p>

                event: same
                id: 2026-11-27T21:00:00Z
                data:

                event: page
                id: 2026-11-27T21:00:00Z
                data: <p>b</p>

                """);
    }

    @Test
    void endsWithTheSession() throws Exception {
        assertThat(follow(List.of(Optional.of("x"), Optional.empty())))
                .endsWith("event: over\nid: 2026-11-27T21:00:00Z\ndata:\n\n");
    }

    @Test
    void theOldestStreamOfASessionMakesRoomAndAllEndWithTheHub() {
        Streams streams = new Streams();
        Session ada = new Session("ada", "t", CLOCK.instant());
        CountDownLatch oldest = streams.begin(ada).orElseThrow();
        for (int i = 1; i < Streams.MAX_PER_SESSION; i++) {
            assertThat(streams.begin(ada)).isPresent();
        }
        assertThat(oldest.getCount()).isEqualTo(1);
        CountDownLatch newest = streams.begin(ada).orElseThrow();
        assertThat(oldest.getCount()).isZero();
        assertThat(newest.getCount()).isEqualTo(1);

        for (int i = Streams.MAX_PER_SESSION; i < Streams.MAX; i++) {
            assertThat(streams.begin(new Session("key-" + i, "t", CLOCK.instant())))
                    .isPresent();
        }
        Session late = new Session("late", "t", CLOCK.instant());
        assertThat(streams.begin(late)).isEmpty();
        streams.ended(newest);
        CountDownLatch last = streams.begin(late).orElseThrow();

        streams.close();
        assertThat(last.getCount()).isZero();
        assertThat(streams.begin(late)).isEmpty();
    }
}
