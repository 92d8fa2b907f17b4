package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.base.Suggest;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine.Parameters;

/** The script that lets a shell complete commands and options. */
@picocli.CommandLine.Command(
        name = "completion",
        description = "Print a completion script: source <(wherry completion bash)")
final class CompletionCommand extends Command {
    private static final List<String> SHELLS = List.of("bash", "zsh");

    @Parameters(arity = "0..1", paramLabel = "SHELL", description = "bash (default) or zsh.")
    private String shell = "bash";

    @Override
    ExitCode run() {
        if (!SHELLS.contains(shell)) {
            throw CliException.usage("unknown shell: " + shell + Suggest.hint(shell, SHELLS) + "; one of: bash, zsh");
        }
        // One script serves both: it turns on zsh's bash compatibility by itself.
        out().raw(AutoComplete.bash("wherry", Interpreter.commandLine(session())));
        return ExitCode.OK;
    }
}
