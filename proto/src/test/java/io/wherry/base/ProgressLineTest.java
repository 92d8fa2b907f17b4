package io.wherry.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private final StringWriter messages = new StringWriter();

    private void work(Terminal terminal) {
        try (ProgressLine line = ProgressLine.to(new PrintWriter(messages), () -> terminal)) {
            line.at("image shop:1: asking its registry");
            line.at("writing MONDAY.transfer", 3 << 20, 4L << 30);
        }
    }

    @Test
    void standsOnOneLineOfATerminalAndIsGoneAtTheEnd() {
        work(new Terminal(true, true, 80));
        assertThat(messages)
                .hasToString("\r\u001b[Kimage shop:1: asking its registry"
                        + "\r\u001b[Kwriting MONDAY.transfer: 3 MiB of 4096 MiB\r\u001b[K");
    }

    @Test
    void isCutToTheWidthOfANarrowOne() {
        work(new Terminal(true, true, 20));
        assertThat(messages.toString()).contains("\r\u001b[Kimage shop:1: askin\r");
    }

    @Test
    void cannotBeSteeredByTheNameOfAFile() {
        try (ProgressLine line = ProgressLine.to(new PrintWriter(messages), () -> new Terminal(true, true, 80))) {
            line.at("checking \u001b[2J.wherry");
        }
        assertThat(messages).hasToString("\r\u001b[Kchecking ?[2J.wherry\r\u001b[K");
    }

    @Test
    void saysNothingInAPipe() {
        work(new Terminal(false, false, Terminal.UNLIMITED));
        assertThat(messages.toString()).isEmpty();
    }
}
