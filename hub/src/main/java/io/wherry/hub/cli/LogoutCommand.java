package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** Forgets a hub and the key to it. */
@picocli.CommandLine.Command(name = "logout", description = "Forget a context and its key.")
final class LogoutCommand extends Command {
    @Parameters(arity = "0..1", paramLabel = "CONTEXT", description = "Default: the current one.")
    private @Nullable String name;

    @Override
    ExitCode run() {
        Contexts contexts = session().contexts();
        String gone = contexts.choose(java.util.Optional.ofNullable(name)).name();
        contexts.remove(gone);
        contexts.save();
        out().note("forgot " + gone
                + "; the key itself stays valid until it expires or is revoked (wherry apikey revoke)");
        return ExitCode.OK;
    }
}
