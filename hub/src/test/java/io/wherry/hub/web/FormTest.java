package io.wherry.hub.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.hub.web.Forgery.Provenance;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FormTest {
    @Test
    void readsWhatBrowsersSend() {
        Form form = Form.parse("a=1&b=x+y%26z&c=&d&a=2");
        assertThat(form.text("a")).as("the first counts").isEqualTo("1");
        assertThat(form.text("b")).isEqualTo("x y&z");
        assertThat(form.find("c")).isEmpty();
        assertThat(form.find("d")).isEmpty();
        assertThat(Form.parse("").fields()).isEmpty();
    }

    @Test
    void refusesWhatIsNone() {
        assertThatThrownBy(() -> Form.parse("a=%zz")).isInstanceOf(IllegalArgumentException.class);
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            many.append('&').append(i).append("=x");
        }
        assertThatThrownBy(() -> Form.parse(many.toString())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anEncodedSlashIsPartOfANameAndABrokenEscapeNamesNothing() {
        assertThat(Exchange.segments("/stacks/a%2Fb+c/")).containsExactly("stacks", "a/b+c", "");
        assertThat(Exchange.segments("/")).containsExactly("");
        assertThatThrownBy(() -> Exchange.segments("/stacks/%zz")).isInstanceOf(Refusal.class);
    }

    @Test
    void findsACookieByItsWholeName() {
        assertThat(Cookies.find("x__Host-wherry=1; __Host-wherry-sign-in=2; __Host-wherry=3", Cookies.SESSION))
                .contains("3");
        assertThat(Cookies.find("__Host-wherry=", Cookies.SESSION)).isEmpty();
        assertThat(Cookies.find("", Cookies.SESSION)).isEmpty();
    }

    @Test
    void anOriginCountsWithItsPort() {
        Optional<String> host = Optional.of("hub:8443");
        assertThat(new Provenance(Optional.empty(), Optional.of("https://hub:8443"), host).isOurs())
                .isTrue();
        assertThat(new Provenance(Optional.empty(), Optional.of("https://hub:9443"), host).isOurs())
                .isFalse();
        assertThat(new Provenance(Optional.empty(), Optional.of("http://hub:8443"), host).isOurs())
                .isFalse();
        assertThat(new Provenance(Optional.of("same-origin"), Optional.of("null"), host).isOurs())
                .isTrue();
        assertThat(new Provenance(Optional.of("none"), Optional.empty(), host).isOurs())
                .isFalse();
        assertThat(new Provenance(Optional.empty(), Optional.empty(), host).isOurs())
                .isFalse();
    }
}
