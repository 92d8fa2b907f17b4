package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Causes;
import io.wherry.base.ExitCode;
import io.wherry.base.Terminal;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.ParameterException;

/** Reads the arguments, runs the command they name, and turns whatever ends it into words and an exit code. */
final class Interpreter {
    private Interpreter() {}

    /** Runs one command and gives its exit code; prints to the session's streams alone. */
    static int run(Session session, PrintStream data, String... arguments) {
        return commandLine(session, arguments)
                .setOut(new PrintWriter(data, true, UTF_8))
                .setErr(new PrintWriter(new NoteWriter(session.out()), true))
                .execute(arguments);
    }

    /**
     * What reads these arguments. Reading the model of all commands takes longer than most commands do, so only the one that is called is
     * there; all of them are if it is not known, for help and "did you mean".
     */
    static CommandLine commandLine(Session session, String... arguments) {
        IFactory factory = factory(session);
        CommandLine line = new CommandLine(new WherryCommand(), factory);
        Optional<Class<?>> called = arguments.length == 0 ? Optional.empty() : WherryCommand.named(arguments[0]);
        for (Class<?> command : called.<List<Class<?>>>map(List::of).orElse(WherryCommand.COMMANDS)) {
            line.addSubcommand(new CommandLine(command, factory));
        }
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setAbbreviatedOptionsAllowed(false);
        line.setExpandAtFiles(false); // "@name" may be a real argument; nothing reads files behind a person's back
        line.setParameterExceptionHandler((e, args) -> usage(session, e));
        line.setExecutionExceptionHandler((e, command, result) -> failed(session, e));
        line.setExecutionStrategy(parsed -> {
            handDown(parsed.asCommandLineList());
            if (parsed.asCommandLineList().stream().anyMatch(CommandLine::isUsageHelpRequested)) {
                dress(line, session.out().terminal());
            }
            return new CommandLine.RunLast().execute(parsed);
        });
        return line;
    }

    /** What is said before a command holds for it too. */
    private static void handDown(List<CommandLine> path) {
        for (int i = 1; i < path.size(); i++) {
            if (path.get(i - 1).getCommand() instanceof Command left
                    && path.get(i).getCommand() instanceof Command right) {
                right.under(left);
            }
        }
    }

    /** Help as the terminal can show it. Only here: to look at the terminal takes time. */
    private static void dress(CommandLine line, Terminal terminal) {
        line.setColorScheme(CommandLine.Help.defaultColorScheme(terminal.colour() ? Ansi.ON : Ansi.OFF));
        line.setUsageHelpWidth(Math.clamp(terminal.columns(), 55, 120));
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
        session.out().note("wherry: " + Mistake.words(e));
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
            session.out().note("wherry: " + Causes.words(surroundings));
            return ExitCode.FAILED.code();
        }
        throw e; // a bug: its stack trace is what helps
    }
}
