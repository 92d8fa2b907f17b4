package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class OutTest {
    private final ByteArrayOutputStream messages = new ByteArrayOutputStream();

    private Out out(Terminal terminal) {
        PrintStream stream = new PrintStream(messages, true, UTF_8);
        return new Out(stream, stream, () -> terminal);
    }

    /** Whoever fails does not come to close its line; the end of every command does. */
    @Test
    void whatACommandThatFailedWasAtIsGoneBeforeItsError() {
        Out out = out(new Terminal(true, true, 80));
        out.working("asking its registry");
        out.progressDone();
        out.note("refused");
        assertThat(messages.toString(UTF_8)).isEqualTo("\r\u001b[Kasking its registry\r\u001b[Krefused\n");
    }

    @Test
    void inAPipeAWaitHasALineForEachChangeAndWorkHasNone() {
        Out out = out(new Terminal(false, false, Terminal.UNLIMITED));
        out.working("asking its registry");
        out.progress("stack/shop: Pending");
        out.progressDone();
        assertThat(messages.toString(UTF_8)).isEqualTo("stack/shop: Pending\n");
    }
}
