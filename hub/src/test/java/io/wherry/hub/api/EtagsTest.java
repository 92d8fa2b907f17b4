package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class EtagsTest {
    private static final byte[] ANSWER = "{}".getBytes(UTF_8);

    @Test
    void aTagHoldsTheVersionAndTheAnswersHash() {
        assertThat(Etags.of(ANSWER, Optional.of(17L))).matches("\"17-[0-9a-f]{16}\"");
        assertThat(Etags.of(ANSWER, Optional.empty())).matches("\"[0-9a-f]{16}\"");
        assertThat(Etags.of("[]".getBytes(UTF_8), Optional.of(17L))).isNotEqualTo(Etags.of(ANSWER, Optional.of(17L)));
    }

    @Test
    void aReaderHasTheNewestAnswerIfOneOfItsTagsIsTheWholeTag() {
        String tag = Etags.of(ANSWER, Optional.of(17L));

        assertThat(Etags.hasNewest(tag, tag)).isTrue();
        assertThat(Etags.hasNewest("\"x\", W/" + tag + " ,\"y\"", tag)).isTrue();
        assertThat(Etags.hasNewest("*", tag)).isTrue();
        assertThat(Etags.hasNewest("\"17\"", tag)).isFalse();
        assertThat(Etags.hasNewest(tag.replace("17-", "18-"), tag)).isFalse();
    }

    @Test
    void aWriterSawTheDeclarationIfOneOfItsTagsHasItsVersion() {
        assertThat(Etags.names("If-Match", "\"17\"", 17)).isTrue();
        assertThat(Etags.names("If-Match", "\"16-ab\", \"17-cd\"", 17)).isTrue();
        assertThat(Etags.names("If-Match", "*", 17)).isTrue();
        assertThat(Etags.names("If-Match", "\"16-17\"", 17)).isFalse();
        assertThat(Etags.names("If-Match", "W/\"17\"", 17))
                .as("weak tags never match")
                .isFalse();
    }

    @Test
    void refusesWhatIsNoTag() {
        for (String bad : new String[] {"17", "", "\"17", "17\"", "\"1\" \"2\"", "\"1\",,", "\"1\", *"}) {
            assertThatThrownBy(() -> Etags.names("If-Match", bad, 17))
                    .as(bad)
                    .isInstanceOf(ApiException.class)
                    .hasMessageContaining("If-Match: " + bad);
        }
    }
}
