package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.ExitCode;
import io.wherry.base.Terminal;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code wherry}: the operator's command line. */
public final class WherryMain {
    private WherryMain() {}

    public static void main(String[] arguments) {
        // Buffered: a table of a thousand rows is a few writes, not thousands.
        PrintStream data = new PrintStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16), false, UTF_8);
        Out out = new Out(
                data,
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8),
                Terminal.detect(System.getenv()));
        int exit = run(new Session(out, System.getenv(), Clock.systemUTC()), data, arguments);
        data.flush();
        System.exit(out.readerIsGone() ? ExitCode.OK.code() : exit);
    }

    /** Runs one command and gives its exit code; prints to the session's streams alone. */
    static int run(Session session, PrintStream data, String... arguments) {
        return commandLine(session)
                .setOut(new PrintWriter(data, true, UTF_8))
                .setErr(new PrintWriter(new NoteWriter(session.out()), true))
                .execute(arguments);
    }

    static CommandLine commandLine(Session session) {
        CommandLine line = new CommandLine(new WherryCommand(), factory(session));
        line.setColorScheme(
                CommandLine.Help.defaultColorScheme(session.out().terminal().colour() ? Ansi.ON : Ansi.OFF));
        line.setUsageHelpWidth(Math.clamp(session.out().terminal().columns(), 55, 120));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setAbbreviatedOptionsAllowed(false);
        line.setExpandAtFiles(false); // "@name" may be a real argument; nothing reads files behind a person's back
        line.setParameterExceptionHandler((e, args) -> usage(session, e));
        line.setExecutionExceptionHandler((e, command, result) -> failed(session, e));
        return line;
    }

    private static IFactory factory(Session session) {
        IFactory plain = CommandLine.defaultFactory();
        return new IFactory() {
            @Override
            public <K> K create(Class<K> type) throws Exception {
                K made = plain.create(type);
                if (made instanceof Command command) {
                    command.in(session);
                }
                return made;
            }
        };
    }

    private static int usage(Session session, ParameterException e) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        session.out().note("wherry: " + e.getMessage());
        if (e instanceof UnmatchedArgumentException unmatched) {
            List<String> near = unmatched.getSuggestions();
            if (!near.isEmpty()) {
                session.out()
                        .note("  did you mean: " + String.join(", ", near.subList(0, Math.min(3, near.size()))) + "?");
            }
        }
        session.out().note("  " + command + " --help shows what there is");
        return ExitCode.USAGE.code();
    }

    private static int failed(Session session, Exception e) throws Exception {
        session.out().progressDone();
        if (e instanceof CliException failure) {
            session.out().note("wherry: " + failure.getMessage());
            if (!failure.hint().isEmpty()) {
                session.out().note("  fix: " + failure.hint());
            }
            return failure.exit().code();
        }
        if (e instanceof UncheckedIOException surroundings) {
            session.out().note("wherry: " + surroundings.getCause());
            return ExitCode.FAILED.code();
        }
        throw e; // a bug: its stack trace is what helps
    }
}
