package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The root: knows all commands. */
@picocli.CommandLine.Command(
        name = "wherry",
        description = "Carries deployments from Git to sites nobody can reach from outside.",
        synopsisSubcommandLabel = "COMMAND")
final class WherryCommand extends Command {

    /** In the order of a person's first day. Each class is called as its command, with {@code Command} behind it: a test looks. */
    static final List<Class<?>> COMMANDS = List.of(
            LoginCommand.class,
            LogoutCommand.class,
            WhoamiCommand.class,
            ContextCommand.class,
            StatusCommand.class,
            GetCommand.class,
            DescribeCommand.class,
            ApplyCommand.class,
            DiffCommand.class,
            DeleteCommand.class,
            WaitCommand.class,
            EventsCommand.class,
            LogsCommand.class,
            ExportCommand.class,
            RenderCommand.class,
            ValidateCommand.class,
            SourceCommand.class,
            StackCommand.class,
            RolloutCommand.class,
            ApprovalCommand.class,
            AgentCommand.class,
            BundleCommand.class,
            TransferCommand.class,
            TokenCommand.class,
            ApikeyCommand.class,
            CredentialCommand.class,
            AuditCommand.class,
            CompletionCommand.class,
            DoctorCommand.class,
            VersionCommand.class);

    @Spec
    private @Nullable CommandSpec spec;

    /** The command of that name; none if a person mistyped it. */
    static Optional<Class<?>> named(String word) {
        return COMMANDS.stream().filter(type -> nameOf(type).equals(word)).findFirst();
    }

    static String nameOf(Class<?> command) {
        String name = command.getSimpleName();
        return name.substring(0, name.length() - "Command".length()).toLowerCase(Locale.ROOT);
    }

    @Override
    ExitCode run() {
        var line = java.util.Objects.requireNonNull(spec, "spec").commandLine();
        line.usage(line.getErr());
        return ExitCode.USAGE;
    }
}
