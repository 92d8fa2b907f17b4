package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.base.Version;
import io.wherry.contract.JoinToken;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wherry agent manifest}: what makes an agent of a cluster in that cluster. Asks no hub. */
@picocli.CommandLine.Command(
        name = "manifest",
        description = "Print the Kubernetes objects of an agent that runs in its cluster; needs no hub.",
        footer = {"", "Example: wherry token create | wherry agent manifest north --token-file - | kubectl apply -f -"})
final class AgentManifestCommand extends Command {
    private static final String NAMESPACES = "namespaces=";

    @Parameters(paramLabel = "NAME", description = "Name that the agent asks for at the hub.")
    private String name = "";

    @Option(
            names = "--namespace",
            paramLabel = "NS",
            description = "Where the agent lives (default: ${DEFAULT-VALUE}).",
            defaultValue = "wherry")
    private String namespace = "wherry";

    @Option(
            names = "--image",
            paramLabel = "REF",
            description =
                    "The agent's image (default: localhost/wherry-agent:VERSION, as packaging/package.sh agent --image names it).")
    private Optional<String> image = Optional.empty();

    @Option(
            names = "--scope",
            paramLabel = "SCOPE",
            description =
                    "What its stacks may touch: cluster, or namespaces=a,b, which must be there already (default: ${DEFAULT-VALUE}).",
            defaultValue = "cluster")
    private String scope = "cluster";

    @Option(
            names = "--environment",
            paramLabel = "E",
            description = "Environment of the site; cannot be changed later.")
    private Optional<String> environment = Optional.empty();

    @Option(
            names = "--storage-class",
            paramLabel = "CLASS",
            description = "Of the claim that keeps the agent's state (default: the cluster's own).")
    private Optional<String> storageClass = Optional.empty();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "Join token, put into a Secret of the output; - for standard input. Without it that Secret is yours to make.")
    private @Nullable Path tokenFile;

    @Override
    ExitCode run() {
        AgentManifest manifest = new AgentManifest(
                name,
                namespace,
                image.orElse("localhost/wherry-agent:" + Version.CURRENT),
                namespaces(),
                environment,
                storageClass);
        Optional<String> token = Optional.ofNullable(tokenFile).map(AgentManifestCommand::token);
        out().raw(manifest.yaml(token).stripTrailing());
        if (token.isEmpty()) {
            out().note("the agent waits for its join token: wherry token create | kubectl create secret generic"
                    + " wherry-agent-join -n " + namespace + " --from-file=token=/dev/stdin");
        }
        return ExitCode.OK;
    }

    private List<String> namespaces() {
        if (scope.equals("cluster")) {
            return List.of();
        }
        if (!scope.startsWith(NAMESPACES)) {
            throw CliException.usage("--scope: \"" + scope + "\" (expected: cluster, or namespaces=a,b)");
        }
        return List.of(scope.substring(NAMESPACES.length()).split(",", -1));
    }

    private static String token(Path file) {
        String token = Input.secret(file);
        try {
            JoinToken.parse(token);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.FAILED, file + ": " + e.getMessage(), "");
        }
        return token;
    }
}
