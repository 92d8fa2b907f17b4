package io.wherry.agent.cli;

import io.wherry.agent.control.ControlException;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.agent.state.StateException;
import io.wherry.base.Causes;
import io.wherry.base.ExitCode;
import io.wherry.base.Suggest;
import io.wherry.base.Usage;
import io.wherry.base.yaml.YamlException;
import io.wherry.contract.file.BundleFileException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line as a whole: which commands there are, and how errors become sentences and exit codes. */
@Command(
        name = "wherry-agent",
        description = "Carries out at this site what a Wherry hub signed for it.",
        mixinStandardHelpOptions = false,
        subcommands = {
            JoinCommand.class,
            RunCommand.class,
            StatusCommand.class,
            DoctorCommand.class,
            SyncCommand.class,
            DiffCommand.class,
            HistoryCommand.class,
            LogsCommand.class,
            BundleCommand.class,
            ReceiptsCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            UnsealCommand.class,
            LeaveCommand.class,
            VersionCommand.class
        })
public final class WherryAgent implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    CommandSpec spec;

    private WherryAgent() {}

    /** Without a command: the help, and the exit code for wrong usage. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given");
    }

    /** Runs a command. @return the process's exit code */
    public static int run(PrintWriter out, String... arguments) {
        return line().setOut(out).execute(arguments);
    }

    static CommandLine line() {
        CommandLine line = new CommandLine(new WherryAgent());
        addHelp(line);
        return line.setParameterExceptionHandler(WherryAgent::wrongUsage)
                .setExecutionExceptionHandler((e, command, _) -> failed(e, command))
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    private static void addHelp(CommandLine line) {
        line.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this help.")
                        .build());
        line.getSubcommands().values().forEach(WherryAgent::addHelp);
    }

    private static int wrongUsage(ParameterException e, String[] arguments) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println(name(e.getCommandLine()) + ": " + mistake(e));
        err.println("Try: " + name(e.getCommandLine()) + " --help");
        return ExitCode.USAGE.code();
    }

    private static String mistake(ParameterException e) {
        CommandSpec spec = e.getCommandLine().getCommandSpec();
        List<String> unmatched = e instanceof UnmatchedArgumentException u
                ? u.getUnmatched()
                : e.getCommandLine().getUnmatchedArguments();
        List<String> known =
                spec.options().stream().flatMap(each -> Stream.of(each.names())).toList();
        Optional<String> option =
                Usage.unknownOption(unmatched, known, spec.subcommands().keySet());
        if (option.isPresent()) {
            return option.get();
        }
        if (!(e instanceof UnmatchedArgumentException) || unmatched.isEmpty()) {
            return Usage.plain(String.valueOf(e.getMessage()));
        }
        String word = unmatched.getFirst();
        return spec.subcommands().isEmpty()
                ? "one argument too many" // not which: it may be a token
                : "unknown command: " + word
                        + Suggest.hint(word, spec.subcommands().keySet());
    }

    private static int failed(Exception e, CommandLine command) {
        ExitCode code =
                switch (e) {
                    case StateException state -> state.exitCode();
                    case YamlException _ -> ExitCode.USAGE;
                    case BundleFileException _ -> ExitCode.VERIFICATION_FAILED;
                    case IllegalArgumentException _ -> ExitCode.USAGE;
                    case InterruptedException _ -> ExitCode.INTERRUPTED;
                    case ControlException _, RuntimeUnavailable _ -> ExitCode.FAILED;
                    default -> ExitCode.FAILED;
                };
        command.getErr().println(name(command) + ": " + Causes.words(e));
        return code.code();
    }

    private static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName();
    }
}
