package io.wherry.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class GapTest {
    @Test
    void isToldInOneLine() {
        Gap asked = new Gap("service/web", 823, "mounts volume data");
        assertThat(asked.sentence()).isEqualTo("web: 0.8 s without it (stop-first: mounts volume data)");
        assertThat(new Gap("service/db", 61_000, "").sentence()).isEqualTo("db: 61.0 s without it (stop-first)");
        assertThat(Gap.sentence(List.of())).isEmpty();
        assertThat(Gap.sentence(Collections.nCopies(5, asked)))
                .startsWith("web: ")
                .endsWith("; and 2 more");
    }

    @Test
    void whatIsOutOfRangeIsRefused() {
        assertThatThrownBy(() -> new Gap("service/web", -1, "")).hasMessageContaining("millis");
        assertThatThrownBy(() -> new Gap("service/web", Gap.MAX_MILLIS + 1, "")).hasMessageContaining("millis");
        assertThatThrownBy(() -> new Gap("", 1, "")).hasMessageContaining("object");
        assertThatThrownBy(() -> state(Collections.nCopies(Limits.GAPS + 1, new Gap("service/web", 1, ""))))
                .hasMessageContaining("gaps");
    }

    /** An agent that knows no gaps, and one that had none, write what was always written. */
    @Test
    void aStateWithoutGapsIsWrittenAsBeforeAndOneWithThemComesBack() {
        String without = JsonWriter.compact(state(List.of()).toJson());
        assertThat(without).doesNotContain("gaps");
        EntryState with =
                state(List.of(new Gap("service/web", 823, "mounts volume data"), new Gap("service/db", 5, "")));
        assertThat(EntryState.parse(JsonReader.object(JsonWriter.canonical(with.toJson()))))
                .isEqualTo(with);
        assertThat(EntryState.parse(JsonReader.object(without.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                        .gaps())
                .isEmpty();
    }

    private static EntryState state(List<Gap> gaps) {
        return new EntryState(
                StackId.parse("0123456789abcdefghjkmnpqrs"),
                "shop",
                1,
                Optional.empty(),
                Outcome.APPLIED,
                Phase.COMMITTED,
                "",
                "",
                Optional.empty(),
                true,
                true,
                false,
                List.of(),
                new TreeMap<>(),
                Instant.EPOCH,
                gaps);
    }
}
