package io.wherry.agent.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.AgentConfig;
import io.wherry.contract.policy.Preset;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a site decides for itself when it joins: it stands in agent.yaml from then on. */
final class SiteOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    CommandSpec spec;

    @Option(names = "--name", paramLabel = "N", description = "Name to ask for (default: the host's name).")
    Optional<String> name = Optional.empty();

    @Option(
            names = "--environment",
            paramLabel = "E",
            description = "Environment of this site; cannot be changed later.")
    Optional<String> environment = Optional.empty();

    @Option(names = "--runtime", paramLabel = "R", description = "What applies the stacks: docker or kubernetes.")
    Optional<String> runtime = Optional.empty();

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "How the cluster is reached, for --runtime kubernetes (default: as agent.yaml says).")
    Optional<Path> kubeconfig = Optional.empty();

    @Option(
            names = "--policy",
            paramLabel = "P",
            description =
                    "What stacks may ask of this host: compose or baseline (default: baseline for production, else compose).")
    Optional<String> policy = Optional.empty();

    @Option(
            names = "--ca-bundle",
            paramLabel = "FILE",
            description = "PEM file with further CAs for the hub's certificate.")
    Optional<Path> caBundle = Optional.empty();

    void requireSense() {
        if (kubeconfig.isPresent() && !runtime.equals(Optional.of("kubernetes"))) {
            throw mistake("--kubeconfig goes with --runtime kubernetes, and not with another runtime");
        }
    }

    /** What stands in a file already is never changed. @throws CommandLine.ParameterException if a flag says otherwise */
    void requireSame(Path file, AgentConfig config) {
        name.filter(n -> !config.site().name().equals(Optional.of(n))).ifPresent(n -> {
            throw mistake(file + ": name is \"" + config.site().name().orElse("") + "\", and --name says \"" + n
                    + "\" (expected: the name in that file, or no such flag)");
        });
        runtime.filter(r -> !r.equals(config.site().runtime())).ifPresent(r -> {
            throw mistake(file + ": runtime is " + config.site().runtime() + ", and --runtime says \"" + r + "\"");
        });
        environment.filter(e -> !e.equals(config.site().environment())).ifPresent(e -> {
            throw mistake(file + ": environment is \"" + config.site().environment() + "\", and --environment says \""
                    + e + "\"");
        });
        kubeconfig
                .map(k -> k.toAbsolutePath().normalize())
                .filter(k -> !Optional.of(k).equals(config.site().cluster().kubeconfig()))
                .ifPresent(k -> {
                    throw mistake(file + ": kubernetes.kubeconfig is another than --kubeconfig " + k
                            + " (expected: the same, or no such flag)");
                });
        Optional<Path> authorities = config.hub().caBundle();
        caBundle.map(Path::toAbsolutePath)
                .filter(c -> !Optional.of(c).equals(authorities))
                .ifPresent(c -> {
                    throw mistake(file + ": hub.caBundle is \""
                            + authorities.map(Path::toString).orElse("") + "\", and --ca-bundle says \"" + c + "\"");
                });
        policy.filter(p -> !p.equals(config.policy().preset().word())).ifPresent(p -> {
            throw mistake(file + ": policy.preset is "
                    + config.policy().preset().word() + ", and --policy says \"" + p + "\"");
        });
    }

    /** What was decided by flags, as agent.yaml says it. */
    byte[] config() {
        StringBuilder yaml =
                new StringBuilder("# Configuration of this agent; every key: docs/reference/agent-configuration.md\n");
        name.ifPresent(n -> yaml.append("name: ").append(quoted(n)).append('\n'));
        environment.ifPresent(
                e -> yaml.append("environment: ").append(quoted(e)).append('\n'));
        runtime.ifPresent(r -> yaml.append("runtime: ").append(quoted(r)).append('\n'));
        kubeconfig.ifPresent(k -> yaml.append("kubernetes:\n  kubeconfig: ")
                .append(quoted(k.toAbsolutePath().normalize().toString()))
                .append('\n'));
        yaml.append("policy:\n  preset: ")
                .append(quoted(policy.orElse(Preset.of(environment.orElse("")).word())))
                .append('\n');
        caBundle.ifPresent(c -> yaml.append("hub:\n  caBundle: ")
                .append(quoted(c.toAbsolutePath().toString()))
                .append('\n'));
        return yaml.toString().getBytes(UTF_8);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private CommandLine.ParameterException mistake(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }
}
