package io.wherry.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void isTheSha256OfTheBytesHoweverTheyCome() throws Exception {
        byte[] abc = "abc".getBytes(StandardCharsets.US_ASCII);

        assertThat(Digest.of(abc).hex()).isEqualTo(ABC);
        assertThat(Digest.of(new ByteArrayInputStream(abc))).isEqualTo(Digest.of(abc));
        assertThat(Digest.parse("sha256:" + ABC)).isEqualTo(Digest.of(abc));
        assertThat(Digest.ofRaw(Digest.of(abc).raw())).isEqualTo(Digest.of(abc));
        assertThat(Digest.of(abc)).hasToString("sha256:" + ABC);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ABC,
                "sha256:",
                "sha512:" + ABC,
                "SHA256:" + ABC,
                "sha256:BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "sha256:" + ABC + "0"
            })
    void refusesOtherTexts(String text) {
        assertThatThrownBy(() -> Digest.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
