package io.wherry.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class LogFormatTest {
    /** {@code run} sets up logging after the quiet one of all commands, and has to say afterwards why it ends. */
    @Test
    void settingUpLoggingASecondTimeLeavesStandardErrorOpen() {
        PrintStream before = System.err;
        var bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, UTF_8));
        try {
            LogFormat.quiet();
            LogFormat.apply(new AgentConfig.Log(false, "info"));
            System.err.println("still here");
        } finally {
            System.setErr(before);
        }
        assertThat(bytes.toString(UTF_8)).contains("still here");
    }

    @Test
    void aLinkThatIsDownIsNoStackTraceOfALibrary() {
        LogFormat.apply(new AgentConfig.Log(false, "debug"));
        try {
            assertThat(Logger.getLogger("io.grpc.internal.ManagedChannelImpl").isLoggable(Level.WARNING))
                    .isFalse();
            assertThat(Logger.getLogger("io.wherry.agent").isLoggable(Level.FINE))
                    .isTrue();
        } finally {
            LogFormat.quiet();
        }
    }
}
