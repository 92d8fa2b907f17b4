package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final ByteArrayOutputStream messages = new ByteArrayOutputStream();

    private void work(Terminal terminal) {
        Out out = new Out(new PrintStream(data, true, UTF_8), new PrintStream(messages, true, UTF_8), () -> terminal);
        try (ProgressLine line = new ProgressLine(out)) {
            line.at("image shop:1: asking its registry");
            line.at("writing MONDAY.transfer", 3 << 20, 4L << 30);
        }
        out.line("done");
    }

    @Test
    void standsOnOneLineOfATerminalAndIsGoneBeforeTheData() {
        work(new Terminal(true, true, 80));
        assertThat(messages.toString(UTF_8))
                .isEqualTo("\r\u001b[Kimage shop:1: asking its registry"
                        + "\r\u001b[Kwriting MONDAY.transfer: 3 MiB of 4096 MiB\r\u001b[K");
        assertThat(data.toString(UTF_8)).isEqualTo("done\n");
    }

    @Test
    void isCutToTheWidthOfANarrowOne() {
        work(new Terminal(true, true, 20));
        assertThat(messages.toString(UTF_8)).contains("\r\u001b[Kimage shop:1: askin\r");
    }

    @Test
    void saysNothingInAPipe() {
        work(new Terminal(false, false, Terminal.UNLIMITED));
        assertThat(messages.toString(UTF_8)).isEmpty();
    }
}
