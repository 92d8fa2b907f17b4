package io.wherry.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.ExitCode;
import io.wherry.base.FullDisk;
import io.wherry.base.Pipe;
import io.wherry.base.Progress;
import io.wherry.base.ProgressLine;
import io.wherry.base.Terminal;
import io.wherry.base.Version;
import io.wherry.base.WallClock;
import io.wherry.base.yaml.YamlException;
import io.wherry.hub.backup.BackupException;
import io.wherry.hub.cli.Mistake;
import io.wherry.hub.db.DataFolderInUse;
import io.wherry.hub.db.DatabaseException;
import io.wherry.hub.demo.DemoCommand;
import io.wherry.hub.fleet.CertificateException;
import io.wherry.hub.release.KeysException;
import io.wherry.hub.vault.VaultException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code wherry-hub}. */
@Command(
        name = "wherry-hub",
        description = "The hub: carries deployments from Git to sites.",
        subcommands = {
            InitCommand.class,
            ServeCommand.class,
            CheckConfigCommand.class,
            DoctorCommand.class,
            KeysCommand.class,
            AcceptClockCommand.class,
            AdminKeyCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            DemoCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class HubMain implements Callable<Integer> {
    /** Expected: the message says it all, a stack trace would hide it. */
    private static final Set<Class<? extends RuntimeException>> EXPECTED = Set.of(
            HubException.class,
            BackupException.class,
            KeysException.class,
            VaultException.class,
            CertificateException.class,
            YamlException.class);

    private final InstantSource clock;
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    HubMain(InstantSource clock, Map<String, String> environment) {
        this.clock = clock;
        this.environment = environment;
    }

    public static void main(String[] arguments) {
        Pipe pipe = new Pipe(new FileOutputStream(FileDescriptor.out));
        PrintWriter out = new PrintWriter(new OutputStreamWriter(pipe, UTF_8), true);
        PrintWriter err = new PrintWriter(new OutputStreamWriter(System.err, UTF_8), true);
        int exit = run(WallClock.system(), System.getenv(), out, err, arguments);
        out.flush();
        Optional<IOException> lost = pipe.failure();
        lost.ifPresent(e -> err.println("wherry-hub: standard output cannot be written: " + e.getMessage()));
        System.exit(lost.isPresent() && exit == ExitCode.OK.code() ? ExitCode.FAILED.code() : exit);
    }

    /** Runs one command and gives its exit code. */
    static int run(
            InstantSource clock,
            Map<String, String> environment,
            PrintWriter out,
            PrintWriter err,
            String... arguments) {
        return line(new HubMain(clock, environment))
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((e, _) -> usage(e))
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    report(e, command);
                    return exit(e).code();
                })
                .execute(arguments);
    }

    /** As the operator's command says it: the mistake alone, for the help would push it off the screen. */
    private static int usage(ParameterException e) {
        CommandLine command = e.getCommandLine();
        command.getErr().println("wherry-hub: " + Mistake.words(e));
        command.getErr().println("  " + command.getCommandSpec().qualifiedName() + " --help shows what there is");
        return ExitCode.USAGE.code();
    }

    /** Without a command: wrong usage, and what commands there are. */
    static int withoutCommand(CommandSpec spec) {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE.code();
    }

    /** With {@code --help} for the program and each of its commands. */
    static CommandLine line(HubMain program) {
        CommandLine line = new CommandLine(program);
        addHelp(line);
        return line;
    }

    private static void addHelp(CommandLine line) {
        addHelp(line.getCommandSpec());
        line.getSubcommands().values().forEach(HubMain::addHelp);
    }

    private static void addHelp(CommandSpec command) {
        if (command.findOption("--help") == null) {
            command.addOption(OptionSpec.builder("-h", "--help")
                    .usageHelp(true)
                    .description("Show this help and exit.")
                    .build());
        }
    }

    /** Does what takes minutes on a large hub, and says on a terminal how far it is. */
    <T> T working(CommandSpec command, Function<Progress, T> work) {
        try (ProgressLine line = ProgressLine.to(command.commandLine().getErr(), () -> Terminal.detect(environment))) {
            return work.apply(line);
        }
    }

    private static ExitCode exit(Exception e) {
        return switch (e) {
            case HubException stated -> stated.exit();
            case BackupException refused -> refused.exit();
            case DataFolderInUse _ -> ExitCode.BLOCKED;
            case YamlException _ ->
                ExitCode.USAGE; // of the configuration: what a person wrote is wrong, as a flag may be
            default -> ExitCode.FAILED;
        };
    }

    private static void report(Exception e, CommandLine command) {
        if (e instanceof DatabaseException || EXPECTED.contains(e.getClass())) {
            command.getErr().println(e instanceof YamlException ? e.getMessage() : "wherry-hub: " + e.getMessage());
        } else if (FullDisk.isCauseOf(e)) {
            command.getErr()
                    .println("wherry-hub: no room is left on a disk that it writes to: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
                            + " (make room, and call it again)");
        } else {
            e.printStackTrace(command.getErr());
        }
    }

    InstantSource clock() {
        return clock;
    }

    Map<String, String> environment() {
        return environment;
    }

    @Command(name = "version", description = "Prints the version.")
    void version() {
        spec.commandLine().getOut().println("wherry-hub " + Version.CURRENT);
    }

    @Override
    public Integer call() {
        return withoutCommand(spec);
    }
}
