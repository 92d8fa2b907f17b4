package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Keys of people and pipelines: a name, a role, an end. */
@picocli.CommandLine.Command(
        name = "apikey",
        description = "Create, list and revoke API keys.",
        subcommands = {ApikeyCommand.Create.class, ApikeyCommand.ListKeys.class, ApikeyCommand.Revoke.class})
final class ApikeyCommand extends GroupCommand {

    @picocli.CommandLine.Command(
            name = "create",
            description = "Create an API key; prints nothing but the key, which is shown this once.")
    static final class Create extends Command {
        @Parameters(paramLabel = "NAME", description = "Whose it is: what the audit log calls its user.")
        private String name = "";

        @Option(
                names = "--role",
                required = true,
                paramLabel = "ROLE",
                description = "viewer, operator, approver or admin.")
        private String role = "";

        @Option(names = "--ttl", paramLabel = "TIME", description = "How long it is valid (default: 90d).")
        private @Nullable String ttl;

        @Override
        ExitCode run() {
            Json.Obj key = hub().post(
                            "/apikeys",
                            Json.object()
                                    .put("name", name)
                                    .put("role", role)
                                    .putIf("ttl", Optional.ofNullable(ttl))
                                    .build());
            out().line(key.string("key"));
            out().note("key " + key.string("id") + " (" + key.string("role") + ") until "
                    + key.findString("expiresAt").orElse("revoked") + "; it is not shown again");
            return ExitCode.OK;
        }
    }

    @picocli.CommandLine.Command(name = "list", description = "List API keys; their secrets are not kept.")
    static final class ListKeys extends ListCommand {
        @Override
        Kind kind() {
            return Kind.APIKEY;
        }
    }

    @picocli.CommandLine.Command(name = "revoke", description = "Make an API key useless at once.")
    static final class Revoke extends Command {
        @Parameters(paramLabel = "ID")
        private String id = "";

        @Override
        ExitCode run() {
            hub().delete("/apikeys/" + HubApi.segment(id));
            out().line("apikey/" + id + " revoked");
            return ExitCode.OK;
        }
    }
}
