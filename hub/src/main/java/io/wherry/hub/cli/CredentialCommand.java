package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Credentials for sources, and secrets for stacks. Write-only: no command shows a value again. */
@picocli.CommandLine.Command(
        name = "credential",
        description = "Create, rotate, test and list credentials for sources and secrets for stacks.",
        subcommands = {
            CredentialCommand.Create.class,
            CredentialCommand.Rotate.class,
            CredentialCommand.Test.class,
            CredentialCommand.Delete.class,
            CredentialCommand.ListCredentials.class
        })
final class CredentialCommand extends GroupCommand {

    /** A secret goes to workloads as it stands in the file, a key has its own lines; what a server checks is one line. */
    private static String value(String type, @Nullable Path file) {
        Path given = Objects.requireNonNull(file, "--value-file");
        return type.equals("secret") || type.equals("sshKey") ? Input.exactText(given) : Input.secret(given);
    }

    @picocli.CommandLine.Command(
            name = "create",
            description = "Store a credential; its value is read from a file or standard input.")
    static final class Create extends Command {
        @Parameters(paramLabel = "NAME")
        private String name = "";

        @Option(
                names = "--type",
                required = true,
                paramLabel = "TYPE",
                description =
                        "token, basic or sshKey for sources, webhook for their webhooks; secret for stacks, registry for their pulls.")
        private String type = "";

        @Option(
                names = "--host",
                paramLabel = "HOST",
                description =
                        "The only host it is ever sent to; of a registry as in names of images. Not for secret and webhook.")
        private @Nullable String host;

        @Option(
                names = "--stack",
                paramLabel = "STACK",
                description =
                        "With --type secret or registry: the only stack whose agents it is sealed to. May be repeated.")
        private List<String> stacks = new ArrayList<>();

        @Option(names = "--username", paramLabel = "NAME", description = "With --type basic or registry.")
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
            Json.Builder body = Json.object()
                    .put("name", name)
                    .put("type", type)
                    .putIf("host", Optional.ofNullable(host))
                    .putIf("username", Optional.ofNullable(username))
                    .putIf("expiresAt", Optional.ofNullable(expires));
            if (!stacks.isEmpty()) {
                body.put("stacks", stacks);
            }
            hub().post("/credentials", body.put("value", value(type, valueFile)).build());
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

        @Option(
                names = "--username",
                paramLabel = "NAME",
                description = "Of a credential of type basic or registry: needed there.")
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
                                            value(
                                                    Kind.CREDENTIAL
                                                            .find(hub(), name)
                                                            .string("type"),
                                                    valueFile))
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

        @Option(
                names = "--host-keys",
                paramLabel = "FILE",
                description = "With ssh://: the server's keys, as in hostKeys of a source; - for standard input.")
        private @Nullable Path hostKeys;

        @Override
        ExitCode run() {
            Json.Obj answer = hub().post(
                            "/credentials/" + HubApi.segment(name) + "/test",
                            Json.object()
                                    .put("url", url)
                                    .putIf(
                                            "hostKeys",
                                            Optional.ofNullable(hostKeys).map(Input::text))
                                    .build());
            out().line("credential/" + name + " " + answer.string("message"));
            return answer.bool("ok") ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    @picocli.CommandLine.Command(
            name = "delete",
            description =
                    "Forget a credential. Sources and stacks that use it keep what they have, and get nothing new.")
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
