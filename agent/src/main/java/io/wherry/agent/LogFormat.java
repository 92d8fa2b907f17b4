package io.wherry.agent;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/** One record a line on standard output: text for people, JSON for collectors. */
public final class LogFormat extends Formatter {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ISO_OFFSET_DATE_TIME.withZone(ZoneOffset.UTC);
    private static final Map<String, Level> LEVELS =
            Map.of("error", Level.SEVERE, "warning", Level.WARNING, "info", Level.INFO, "debug", Level.FINE);

    /** Held here, or the log manager may forget its level. */
    private static final Logger OURS = Logger.getLogger("io.wherry");

    /** Its warnings are stack traces of a link that is down, which is normal here and which we tell in a line of our own. */
    private static final Logger LINK = Logger.getLogger("io.grpc");

    private final boolean json;

    private LogFormat(boolean json) {
        this.json = json;
    }

    /** Sets up logging for a service. */
    public static void apply(AgentConfig.Log log) {
        set(new LogFormat(log.json()), LEVELS.getOrDefault(log.level(), Level.INFO), System.out);
    }

    /** For commands: only what is wrong, on standard error. */
    static void quiet() {
        set(new LogFormat(false), Level.SEVERE, System.err);
    }

    private static void set(LogFormat format, Level level, java.io.PrintStream to) {
        LogManager.getLogManager().reset();
        StreamHandler handler = new StreamHandler(to, format) {
            @Override
            public synchronized void publish(LogRecord record) {
                super.publish(record);
                flush();
            }

            // Leaves the process's own stream open: the command that set up logging says there how it ended.
            @Override
            public synchronized void close() {
                flush();
            }
        };
        handler.setLevel(level);
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        LINK.setLevel(Level.SEVERE);
        OURS.setLevel(level); // what libraries say below a warning is of no use at a site
        root.setLevel(level == Level.SEVERE ? Level.SEVERE : Level.WARNING);
    }

    @Override
    public String format(LogRecord record) {
        return json ? jsonLine(record) : textLine(record);
    }

    private String textLine(LogRecord record) {
        return TIME.format(record.getInstant().truncatedTo(ChronoUnit.MILLIS)) + " " + word(record.getLevel()) + " "
                + formatMessage(record) + trace(record, "\n") + "\n";
    }

    private String jsonLine(LogRecord record) {
        return JsonWriter.compact(Json.object()
                        .put("time", record.getInstant().toString())
                        .put("level", word(record.getLevel()))
                        .put("logger", String.valueOf(record.getLoggerName()))
                        .put("message", formatMessage(record) + trace(record, "\n"))
                        .build())
                + "\n";
    }

    private static String trace(LogRecord record, String before) {
        if (record.getThrown() == null) {
            return "";
        }
        StringWriter text = new StringWriter();
        record.getThrown().printStackTrace(new PrintWriter(text));
        return before + text.toString().stripTrailing();
    }

    private static String word(Level level) {
        return LEVELS.entrySet().stream()
                .filter(e -> e.getValue().equals(level))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("debug");
    }
}
