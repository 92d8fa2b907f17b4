package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.ExitCode;
import io.wherry.base.Pipe;
import io.wherry.base.Terminal;
import io.wherry.base.WallClock;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;

/** {@code wherry}: the operator's command line. */
public final class WherryMain {
    private WherryMain() {}

    public static void main(String[] arguments) {
        // Buffered: a table of a thousand rows is a few writes, not thousands.
        Pipe pipe = new Pipe(new FileOutputStream(FileDescriptor.out));
        PrintStream data = new PrintStream(new BufferedOutputStream(pipe, 1 << 16), false, UTF_8);
        Out out = new Out(
                data,
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8),
                () -> Terminal.detect(System.getenv()));
        int exit = run(out, data, System.getenv(), arguments);
        data.flush();
        Optional<IOException> lost = pipe.failure();
        if (lost.isPresent()) {
            out.note("wherry: standard output cannot be written: " + lost.get().getMessage());
        }
        // Not System.exit: it asks for a logger first, and to set up logging takes longer than most commands. Hooks are
        // for a command that is broken off.
        Runtime.getRuntime().halt(lost.isPresent() && exit == ExitCode.OK.code() ? ExitCode.FAILED.code() : exit);
    }

    /**
     * One command in this process, as for what has a hundred questions: no terminal is looked for.
     *
     * @param data where its output goes
     * @param told where it says what it does and what is wrong
     * @return the exit code
     */
    public static int run(PrintStream data, PrintStream told, Map<String, String> environment, String... arguments) {
        int exit = run(
                new Out(data, told, () -> new Terminal(false, false, Terminal.UNLIMITED)),
                data,
                environment,
                arguments);
        data.flush();
        return exit;
    }

    private static int run(Out out, PrintStream data, Map<String, String> environment, String... arguments) {
        if (arguments.length == 1 && arguments[0].equals("version")) {
            out.line(VersionCommand.LINE); // needs no parser, and to load one takes most of the time
            return ExitCode.OK.code();
        }
        return Interpreter.run(new Session(out, environment, WallClock.system()), data, arguments);
    }
}
