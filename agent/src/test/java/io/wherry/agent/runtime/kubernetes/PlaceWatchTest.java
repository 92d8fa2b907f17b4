package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PlaceWatchTest {
    private static final String BOOKMARK =
            "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"9\"}}}\n";

    private Instant now = Instant.parse("2026-11-27T00:00:00Z");
    private final PlaceWatch watch = new PlaceWatch(() -> now);

    private void comes(String text) {
        for (byte one : text.getBytes(UTF_8)) { // a chunk may end anywhere
            watch.part(new byte[] {one});
        }
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    @Test
    void aBookmarkIsNoChange() {
        comes(BOOKMARK + BOOKMARK);
        assertThat(watch.isQuiet()).isTrue();
    }

    @Test
    void whateverElseComesIsOne() {
        for (String type : new String[] {"ADDED", "MODIFIED", "DELETED", "ERROR", "BOOKEND"}) {
            PlaceWatch other = new PlaceWatch(() -> now);
            other.part((BOOKMARK + "{\"type\":\"" + type + "\",\"object\":{}}\n").getBytes(UTF_8));
            assertThat(other.isQuiet()).as(type).isFalse();
        }
        comes("no event at all");
        assertThat(watch.isQuiet()).isFalse();
    }

    @Test
    void anEndIsOneToo() {
        watch.ended(200);
        assertThat(watch.isQuiet()).isFalse();
        assertThat(watch.isRefused()).isFalse();
    }

    @Test
    void onlyWhoHasNoRightIsRefused() {
        watch.ended(410);
        assertThat(watch.isRefused()).isFalse();
        PlaceWatch other = new PlaceWatch(() -> now);
        other.ended(403);
        assertThat(other.isRefused()).isTrue();
        assertThat(other.isQuiet()).isFalse();
    }

    @Test
    void silenceIsTrustedForAWhileOnly() {
        pass(PlaceWatch.SILENCE.minusSeconds(1));
        assertThat(watch.isQuiet()).isTrue();
        comes(BOOKMARK);
        pass(PlaceWatch.SILENCE.minusSeconds(1));
        assertThat(watch.isQuiet()).isTrue();
        pass(Duration.ofSeconds(1));
        assertThat(watch.isQuiet()).isFalse();
    }

    @Test
    void itBeginsWhereTheListWasRead() {
        assertThat(PlaceWatch.path("/api/v1/pods", "labelSelector=a%3Db", "12"))
                .isEqualTo(
                        "/api/v1/pods?watch=true&allowWatchBookmarks=true&timeoutSeconds=290&resourceVersion=12&labelSelector=a%3Db");
    }
}
