package io.wherry.hub.cli;

import io.wherry.base.Durations;
import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Join tokens: one lets one agent in. */
@picocli.CommandLine.Command(
        name = "token",
        description = "Create, list and revoke join tokens.",
        subcommands = {TokenCommand.Create.class, TokenCommand.ListTokens.class, TokenCommand.Revoke.class})
final class TokenCommand extends GroupCommand {

    /** Prints the token and nothing else on standard output, so that it can be piped to where it is used. */
    @picocli.CommandLine.Command(
            name = "create",
            description = "Create a single-use join token; prints nothing but the token.")
    static final class Create extends Command {
        @Option(
                names = "--labels",
                split = ",",
                paramLabel = "K=V",
                description = "Labels the agent gets; may be repeated.")
        private Map<String, String> labels = Map.of();

        @Option(
                names = "--environment",
                paramLabel = "NAME",
                description = "The only environment the agent may declare.")
        private @Nullable String environment;

        @Option(names = "--ttl", paramLabel = "TIME", description = "How long it may be used (default: 1h).")
        private String ttl = "1h";

        @Option(names = "--approval", description = "An operator must approve the agent after it asked.")
        private boolean approval;

        @Override
        ExitCode run() {
            try {
                Durations.parse(ttl);
            } catch (IllegalArgumentException e) {
                throw CliException.usage("--ttl: " + e.getMessage());
            }
            Json.Obj token = hub().post(
                            "/tokens",
                            Json.object()
                                    .put("labels", labels)
                                    .putIf("environment", Optional.ofNullable(environment))
                                    .put("ttl", ttl)
                                    .put("approval", approval)
                                    .build());
            out().line(token.string("token"));
            out().note("single use, until " + token.string("expiresAt")
                    + "; at the site: wherry-agent join - (paste it, then Ctrl-D)");
            chosenContext().trustDomain().ifPresent(root -> out().note(
                            "where no network leads here, join by file with --root " + root));
            return ExitCode.OK;
        }
    }

    @picocli.CommandLine.Command(name = "list", description = "List join tokens; their secrets are not kept.")
    static final class ListTokens extends ListCommand {
        @Override
        Kind kind() {
            return Kind.TOKEN;
        }
    }

    @picocli.CommandLine.Command(name = "revoke", description = "Make a join token useless at once.")
    static final class Revoke extends Command {
        @Parameters(paramLabel = "ID")
        private String id = "";

        @Override
        ExitCode run() {
            hub().delete("/tokens/" + HubApi.segment(id));
            out().line("token/" + id + " revoked");
            return ExitCode.OK;
        }
    }
}
