package io.wherry.agent.runtime.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is known of an image while it is pulled, from lines as engines write them. */
class PullSizeTest {
    private final PullSize size = new PullSize();

    @Test
    void whatIsNotThereYetCountsAsFetchedAndAsUnpacked() {
        take("Pulling fs layer", "a", "{}");
        assertThat(size.neededBytes()).isZero();
        take("Downloading", "a", "{'current':0,'total':1000}");
        assertThat(size.neededBytes()).isEqualTo(1000 + 1500);
        take("Downloading", "a", "{'current':600,'total':1000}");
        assertThat(size.toFetchBytes()).isEqualTo(400);
        assertThat(size.neededBytes()).isEqualTo(400 + 1500);
        take("Download complete", "a", "{}");
        assertThat(size.neededBytes()).isEqualTo(1500);
        take("Extracting", "a", "{'current':800,'total':1000}");
        assertThat(size.neededBytes()).isEqualTo(300);
        take("Pull complete", "a", "{}");
        assertThat(size.neededBytes()).isZero();
    }

    @Test
    void layersAddUpAndThoseThatTheEngineHasCountNothing() {
        take("Already exists", "a", "{}");
        take("Downloading", "b", "{'current':0,'total':100}");
        take("Downloading", "c", "{'current':0,'total':300}");
        assertThat(size.neededBytes()).isEqualTo(400 + 600);
    }

    @Test
    void linesThatSayNothingOfALayerChangeNothing() {
        for (String line : List.of("", "no JSON", "[]", "{\"status\":\"Digest: sha256:aa\"}", "{\"id\":1}")) {
            assertThat(size.take(line)).as(line).isFalse();
        }
        take("Downloading", "a", "{'total':-1}");
        assertThat(size.neededBytes()).isZero();
    }

    @Test
    void aRegistryThatLiesOfSizesMakesNoNegativeNumber() {
        for (int i = 0; i < 2000; i++) {
            take("Downloading", "layer-" + i, "{'current':0,'total':9223372036854775807}");
        }
        assertThat(size.neededBytes()).isPositive();
    }

    @Test
    void linesAreCutWhereverThePiecesEnd() {
        List<String> lines = new ArrayList<>();
        LineCutter cutter = new LineCutter(lines::add);
        byte[] bytes = ("one\r\n" + "x".repeat(100_000) + "\ntwo\nthr").getBytes(UTF_8);
        for (byte one : bytes) {
            cutter.take(new byte[] {one}, 1);
        }
        assertThat(lines).containsExactly("one\r", "two");
    }

    private void take(String status, String id, String detail) {
        size.take("{'status':'%s','progressDetail':%s,'id':'%s'}"
                .formatted(status, detail, id)
                .replace('\'', '"'));
    }
}
