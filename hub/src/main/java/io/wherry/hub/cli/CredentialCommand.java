package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Credentials for sources. Write-only: no command shows a value again. */
@picocli.CommandLine.Command(
        name = "credential",
        description = "Create, rotate, test and list credentials for sources.",
        subcommands = {
            CredentialCommand.Create.class,
            CredentialCommand.Rotate.class,
            CredentialCommand.Test.class,
            CredentialCommand.Delete.class,
            CredentialCommand.ListCredentials.class
        })
final class CredentialCommand extends GroupCommand {

    @picocli.CommandLine.Command(
            name = "create",
            description = "Store a credential; its value is read from a file or standard input.")
    static final class Create extends Command {
        @Parameters(paramLabel = "NAME")
        private String name = "";

        @Option(names = "--type", required = true, paramLabel = "TYPE", description = "token or basic.")
        private String type = "";

        @Option(
                names = "--host",
                required = true,
                paramLabel = "HOST",
                description = "The only host it is ever sent to.")
        private String host = "";

        @Option(names = "--username", paramLabel = "NAME", description = "With --type basic.")
        private @Nullable String username;

        @Option(
                names = "--value-file",
                required = true,
                paramLabel = "FILE",
                description = "File that holds the value; - for standard input.")
        private @Nullable Path valueFile;

        @Option(
                names = "--expires",
                paramLabel = "TIME",
                description = "When its issuer ends it, like 2027-01-31T00:00:00Z; shown in get credentials.")
        private @Nullable String expires;

        @Override
        ExitCode run() {
            hub().post(
                            "/credentials",
                            Json.object()
                                    .put("name", name)
                                    .put("type", type)
                                    .put("host", host)
                                    .putIf("username", Optional.ofNullable(username))
                                    .putIf("expiresAt", Optional.ofNullable(expires))
                                    .put(
                                            "value",
                                            Input.secret(java.util.Objects.requireNonNull(valueFile, "--value-file")))
                                    .build());
            out().line("credential/" + name + " created");
            return ExitCode.OK;
        }
    }

    @picocli.CommandLine.Command(name = "rotate", description = "Replace a credential's value.")
    static final class Rotate extends Command {
        @Parameters(paramLabel = "NAME")
        private String name = "";

        @Option(
                names = "--value-file",
                required = true,
                paramLabel = "FILE",
                description = "File that holds the new value; - for standard input.")
        private @Nullable Path valueFile;

        @Option(names = "--username", paramLabel = "NAME", description = "Of a credential of type basic: needed there.")
        private @Nullable String username;

        @Option(
                names = "--expires",
                paramLabel = "TIME",
                description = "When its issuer ends the new value, like 2027-01-31T00:00:00Z.")
        private @Nullable String expires;

        @Override
        ExitCode run() {
            hub().post(
                            "/credentials/" + HubApi.segment(name) + "/rotate",
                            Json.object()
                                    .putIf("username", Optional.ofNullable(username))
                                    .putIf("expiresAt", Optional.ofNullable(expires))
                                    .put(
                                            "value",
                                            Input.secret(java.util.Objects.requireNonNull(valueFile, "--value-file")))
                                    .build());
            out().line("credential/" + name + " rotated");
            return ExitCode.OK;
        }
    }

    @picocli.CommandLine.Command(name = "test", description = "Try a credential against a repository of its host.")
    static final class Test extends Command {
        @Parameters(index = "0", paramLabel = "NAME")
        private String name = "";

        @Option(names = "--url", required = true, paramLabel = "URL", description = "Repository to list the refs of.")
        private String url = "";

        @Override
        ExitCode run() {
            Json.Obj answer = hub().post(
                            "/credentials/" + HubApi.segment(name) + "/test",
                            Json.object().put("url", url).build());
            out().line("credential/" + name + " " + answer.string("message"));
            return answer.bool("ok") ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    @picocli.CommandLine.Command(
            name = "delete",
            description =
                    "Forget a credential. Sources that use it fail from their next check on, and keep what they have.")
    static final class Delete extends Command {
        @Parameters(paramLabel = "NAME")
        private String name = "";

        @Option(
                names = {"-y", "--yes"},
                description = "Do not ask.")
        private boolean yes;

        @Override
        ExitCode run() {
            if (!yes) {
                Confirm.orStop(session(), "this deletes credential " + name + "; its value cannot be had back");
            }
            hub().delete("/credentials/" + HubApi.segment(name));
            out().line("credential/" + name + " deleted");
            return ExitCode.OK;
        }
    }

    @picocli.CommandLine.Command(name = "list", description = "List credentials; their values are never shown.")
    static final class ListCredentials extends ListCommand {
        @Override
        Kind kind() {
            return Kind.CREDENTIAL;
        }
    }
}
