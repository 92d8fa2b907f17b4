package io.wherry.hub.cli;

import io.wherry.base.Terminal;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.contract.json.YamlWriter;
import java.io.PrintStream;
import java.util.List;

/**
 * Where a command writes: data to standard output, progress and hints to standard error.
 *
 * <p>A reader that goes away ({@code wherry get agents | head -1}) is not a failure: printing stops, the command ends quietly.
 */
final class Out {
    private final PrintStream data;
    private final PrintStream messages;
    private final Terminal terminal;

    Out(PrintStream data, PrintStream messages, Terminal terminal) {
        this.data = data;
        this.messages = messages;
        this.terminal = terminal;
    }

    Terminal terminal() {
        return terminal;
    }

    void line(String line) {
        data.println(line);
    }

    void json(Json value) {
        data.println(JsonWriter.pretty(value));
    }

    void yaml(Json value) {
        data.print(YamlWriter.write(value));
    }

    void table(Table table) {
        table.lines(terminal).forEach(line -> data.println(painted(line)));
    }

    /** Colours the glyphs of states; done after alignment, since an escape sequence has a length and no width. */
    String painted(String line) {
        return terminal.colour()
                ? line.replace("✔", "\u001b[32m✔\u001b[0m")
                        .replace("✘", "\u001b[31m✘\u001b[0m")
                        .replace("… ", "\u001b[33m…\u001b[0m ")
                : line;
    }

    /** A structured value in the asked-for format; tables are the caller's. */
    void structured(Json value, Format format) {
        if (format == Format.yaml) {
            yaml(value);
        } else {
            json(value);
        }
    }

    /** Progress, a hint, a warning: never data. */
    void note(String line) {
        messages.println(line);
    }

    void notes(List<String> lines) {
        lines.forEach(this::note);
    }

    /** Replaces the last progress line on a terminal; one line per change otherwise. */
    void progress(String line) {
        if (terminal.interactive()) {
            String shown = line.length() >= terminal.columns() ? line.substring(0, terminal.columns() - 1) : line;
            messages.print("\r\u001b[K" + shown);
            messages.flush();
        } else {
            messages.println(line);
        }
    }

    /** Ends the in-place line, so that what follows begins on its own. */
    void progressDone() {
        if (terminal.interactive()) {
            messages.print("\r\u001b[K");
            messages.flush();
        }
    }

    void flush() {
        data.flush();
    }

    boolean readerIsGone() {
        return data.checkError();
    }
}
