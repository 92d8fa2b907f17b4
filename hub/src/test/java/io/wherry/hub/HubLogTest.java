package io.wherry.hub;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.wherry.contract.json.JsonReader;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class HubLogTest {
    private static final LoggerContext CONTEXT = (LoggerContext) LoggerFactory.getILoggerFactory();

    @AfterEach
    void asBefore() {
        HubLog.apply(new HubConfig.Log(false, "info"));
    }

    @Test
    void aJsonLineHasTheFieldsOfTheAgentsLog() {
        LoggingEvent event = new LoggingEvent(
                "caller", CONTEXT.getLogger("io.wherry.hub"), Level.WARN, "{} \"quoted\"", new Exception("why"), null);
        event.setInstant(Instant.parse("2027-01-02T03:04:05.678Z"));
        event.setArgumentArray(new Object[] {"first\nsecond"});

        String line = new HubLog.JsonLine().doLayout(event);

        assertThat(line).endsWith("\n").matches("[^\n]*\n");
        var fields = JsonReader.object(line.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(fields.toString())
                .contains("2027-01-02T03:04:05.678Z")
                .contains("warning")
                .contains("io.wherry.hub")
                .contains("java.lang.Exception: why");
    }

    @Test
    void debugIsForOurOwnAndErrorsOnlyIsForAll() {
        Logger root = CONTEXT.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Logger ours = CONTEXT.getLogger("io.wherry.hub");

        HubLog.apply(new HubConfig.Log(false, "debug"));
        assertThat(ours.isDebugEnabled()).isTrue();
        assertThat(root.isDebugEnabled()).isFalse();

        HubLog.apply(new HubConfig.Log(false, "error"));
        assertThat(ours.isWarnEnabled()).isFalse();
        assertThat(root.isWarnEnabled()).isFalse();
    }
}
