package io.wherry.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestTest {
    private static final List<String> KEYS = List.of("image", "environment", "ports", "volumes", "depends_on");

    @ParameterizedTest
    @CsvSource({
        "imgae,image",
        "Image,image",
        "enviroment,environment",
        "port,ports",
        "dependson,depends_on",
        "volume,volumes"
    })
    void namesTheNearestKnownWord(String word, String nearest) {
        assertThat(Suggest.nearest(word, KEYS)).contains(nearest);
        assertThat(Suggest.hint(word, KEYS)).isEqualTo(" (did you mean \"" + nearest + "\"?)");
    }

    @ParameterizedTest
    @CsvSource({"xyz", "build", "networks", "''"})
    void saysNothingAboutWhatIsFar(String word) {
        assertThat(Suggest.nearest(word, KEYS)).isEmpty();
        assertThat(Suggest.hint(word, KEYS)).isEmpty();
    }

    @Test
    void countsASwapOfNeighboursOnce() {
        assertThat(Suggest.distance("abcd", "abdc")).isEqualTo(1);
        assertThat(Suggest.distance("", "abc")).isEqualTo(3);
        assertThat(Suggest.distance("same", "same")).isZero();
        assertThat(Suggest.distance("kitten", "sitting")).isEqualTo(3);
    }
}
