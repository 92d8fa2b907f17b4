package io.wherry.hub.cli;

import io.wherry.base.ProgressLine;
import io.wherry.base.Terminal;
import io.wherry.base.TerminalLine;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.contract.json.YamlWriter;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a command writes: data to standard output, progress and hints to standard error.
 *
 * <p>A reader that goes away ({@code wherry get agents | head -1}) is not a failure: printing stops, the command ends quietly.
 */
final class Out {
    private final PrintStream data;
    private final PrintStream messages;
    private final Supplier<Terminal> detection;
    private @Nullable Terminal terminal;
    private @Nullable TerminalLine inPlace;

    /** @param terminal asked once, and only if something is printed that depends on it: it costs a command's start */
    Out(PrintStream data, PrintStream messages, Supplier<Terminal> terminal) {
        this.data = data;
        this.messages = messages;
        this.detection = terminal;
    }

    Terminal terminal() {
        if (terminal == null) {
            terminal = detection.get();
        }
        return terminal;
    }

    /** One line of text for people; control characters in it, which could steer a terminal, are shown as question marks. */
    void line(String line) {
        data.println(plain(line));
    }

    /** A line with the glyphs of its states in colour. */
    void states(String line) {
        data.println(painted(plain(line)));
    }

    /** Exactly this: a line of JSON, a script. */
    void raw(String line) {
        data.println(line);
    }

    void json(Json value) {
        data.println(JsonWriter.pretty(value));
    }

    void yaml(Json value) {
        data.print(YamlWriter.write(value));
    }

    void table(Table table) {
        table.lines(terminal()).forEach(line -> data.println(painted(line)));
    }

    /** Colours the glyphs of states; done after alignment, since an escape sequence has a length and no width. */
    private String painted(String line) {
        return terminal().colour()
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

    /** A list as every command prints it. */
    void items(List<Json.Obj> items, Format format) {
        structured(
                Json.object().put("items", new Json.Arr(new ArrayList<>(items))).build(), format);
    }

    /** Progress, a hint, a warning: never data. */
    void note(String line) {
        messages.println(plain(line));
    }

    /** Replaces the last progress line on a terminal; one line per change otherwise. */
    void progress(String text) {
        inPlace().ifPresentOrElse(line -> line.show(text), () -> messages.println(plain(text)));
    }

    private Optional<TerminalLine> inPlace() {
        if (inPlace == null && terminal().interactive()) {
            inPlace = new TerminalLine(terminal(), text -> {
                messages.print(text);
                messages.flush();
            });
        }
        return Optional.ofNullable(inPlace);
    }

    /** Ends the in-place line, so that what follows begins on its own. */
    void progressDone() {
        if (inPlace != null) {
            inPlace.clear();
        }
    }

    /** For work that takes long: says on a terminal what it is at. Closed before data is printed. */
    ProgressLine working() {
        return new ProgressLine(this::inPlace);
    }

    /** For a step that has no parts. */
    ProgressLine working(String what) {
        ProgressLine line = working();
        line.at(what);
        return line;
    }

    private static String plain(String line) {
        return TerminalLine.plain(line);
    }

    void flush() {
        data.flush();
    }

    boolean readerIsGone() {
        return data.checkError();
    }
}
