package io.wherry.hub.cli;

import io.wherry.base.ExitCode;

/** The root: names all commands, in the order of a person's first day. */
@picocli.CommandLine.Command(
        name = "wherry",
        description = "Carries deployments from Git to sites nobody can reach from outside.",
        subcommands = {
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
            RenderCommand.class,
            SourceCommand.class,
            StackCommand.class,
            AgentCommand.class,
            TokenCommand.class,
            ApikeyCommand.class,
            CredentialCommand.class,
            CompletionCommand.class,
            DoctorCommand.class,
            VersionCommand.class
        })
final class WherryCommand extends Command {
    @Override
    ExitCode run() {
        throw CliException.usage("which command?");
    }
}
