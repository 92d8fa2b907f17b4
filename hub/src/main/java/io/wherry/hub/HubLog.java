package io.wherry.hub;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/** Applies what the configuration says of the log to what {@code logback.xml} set up for the time before it was read. */
final class HubLog {
    private static final String APPENDER = "STDOUT";

    private HubLog() {}

    static void apply(HubConfig.Log log) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Level level = log.level().equals("warning") ? Level.WARN : Level.toLevel(log.level());
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        // What libraries say below "info" fills disks and helps nobody but their authors.
        root.setLevel(level.isGreaterOrEqual(Level.INFO) ? level : Level.INFO);
        context.getLogger("io.wherry").setLevel(level);
        if (log.json() && root.getAppender(APPENDER) instanceof ConsoleAppender<ILoggingEvent> console) {
            console.stop();
            console.setEncoder(jsonLines(context));
            console.start();
        }
    }

    private static LayoutWrappingEncoder<ILoggingEvent> jsonLines(LoggerContext context) {
        JsonLine layout = new JsonLine();
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        return encoder;
    }

    /** The fields that the agent's log has too, so that one collector's rule reads both. */
    static final class JsonLine extends LayoutBase<ILoggingEvent> {
        @Override
        public String doLayout(ILoggingEvent event) {
            String trace = event.getThrowableProxy() == null
                    ? ""
                    : "\n"
                            + ThrowableProxyUtil.asString(event.getThrowableProxy())
                                    .stripTrailing();
            return JsonWriter.compact(Json.object()
                            .put("time", event.getInstant().toString())
                            .put("level", word(event.getLevel()))
                            .put("logger", event.getLoggerName())
                            .put("message", event.getFormattedMessage() + trace)
                            .build())
                    + "\n";
        }

        private static String word(Level level) {
            return level.equals(Level.WARN) ? "warning" : level.toString().toLowerCase(Locale.ROOT);
        }
    }
}
