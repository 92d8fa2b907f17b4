package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A noun that needs a verb ({@code wherry stack …}): alone it is wrong usage, and says which verbs there are. */
abstract class GroupCommand extends Command {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    final ExitCode run() {
        CommandLine line = java.util.Objects.requireNonNull(spec, "spec").commandLine();
        throw CliException.usage(line.getCommandSpec().qualifiedName() + " needs one of: "
                + String.join(", ", line.getSubcommands().keySet()));
    }
}
