package io.wherry.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class JoinTokenTest {
    private static final byte[] SECRET = HexFormat.of().parseHex("00112233445566778899aabbccddeeff");
    private static final JoinToken TOKEN = new JoinToken(
            "t-1",
            SECRET,
            List.of("hub.example.com:8444", "[2001:db8::1]:8444"),
            Digest.of(new byte[] {1}),
            Digest.of(new byte[] {2}));

    @Test
    void readsBackWhatItWrote() {
        JoinToken parsed = JoinToken.parse(TOKEN.encode());

        assertThat(parsed.id()).isEqualTo("t-1");
        assertThat(parsed.secret()).isEqualTo(SECRET);
        assertThat(parsed.hubs()).isEqualTo(TOKEN.hubs());
        assertThat(parsed.caPin()).isEqualTo(TOKEN.caPin());
        assertThat(parsed.trustDomain()).isEqualTo(TOKEN.trustDomain());
        assertThat(TOKEN.encode()).startsWith("wjt1.").matches("[A-Za-z0-9._-]+");
    }

    @Test
    void toleratesBlanksAroundACopiedToken() {
        assertThat(JoinToken.parse("  " + TOKEN.encode() + "\n").id()).isEqualTo("t-1");
    }

    @Test
    void neverShowsTheSecret() {
        assertThat(TOKEN.toString())
                .contains("secret=***")
                .doesNotContain(Base64.getUrlEncoder().withoutPadding().encodeToString(SECRET))
                .doesNotContain("112233");
    }

    @Test
    void refusesWhatIsCutOffWithoutRepeatingIt() {
        String cut = TOKEN.encode().substring(0, TOKEN.encode().length() - 9);

        assertThatThrownBy(() -> JoinToken.parse(cut))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("damaged or cut off")
                .hasMessageNotContaining(cut.substring(10, 30))
                .hasNoCause();
    }

    @Test
    void refusesOtherTexts() {
        for (String text : List.of("", "wjt1.", "wjt2.e30", "wjt1.e30", "wjt1.****", "wak_1234")) {
            assertThatThrownBy(() -> JoinToken.parse(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void refusesAHubWithoutPortAndAShortSecret() {
        String json = new String(Base64.getUrlDecoder().decode(TOKEN.encode().substring(5)), StandardCharsets.UTF_8);
        for (String flaw : List.of(
                json.replace("hub.example.com:8444", "hub.example.com"),
                json.replace("hub.example.com:8444", "hub.example.com:65536"),
                json.replaceFirst("\"secret\":\"[^\"]*\"", "\"secret\":\"AAAA\""))) {
            assertThat(flaw).isNotEqualTo(json);
            String text = "wjt1."
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(flaw.getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(() -> JoinToken.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
