package io.wherry.agent.cli;

import io.wherry.agent.AgentConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which agent is meant: its state folder, its configuration, its control socket. Mixed into every command. */
final class Place {
    static final Path DEFAULT_DATA = Path.of("/var/lib/wherry-agent");
    private static final Path DEFAULT_CONFIG = Path.of("/etc/wherry/agent.yaml");
    private static final Path RUN = Path.of("/run/wherry-agent");

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "State folder (default: ${DEFAULT-VALUE}; WHERRY_AGENT_DATA).",
            defaultValue = "${env:WHERRY_AGENT_DATA:-/var/lib/wherry-agent}")
    Path data = DEFAULT_DATA;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Configuration (default: agent.yaml in the state folder, else /etc/wherry/agent.yaml).")
    Optional<Path> config = Optional.empty();

    Path configFile() {
        return config.orElseGet(() -> Files.exists(data.resolve("agent.yaml")) || !Files.exists(DEFAULT_CONFIG)
                ? data.resolve("agent.yaml")
                : DEFAULT_CONFIG);
    }

    /** @throws io.wherry.base.yaml.YamlException with every problem */
    AgentConfig read() {
        return AgentConfig.read(configFile(), System.getenv());
    }

    /** Where a daemon listens: as configured, else below /run for the machine's one agent, else in the state folder. */
    Path socket(AgentConfig settings) {
        boolean standard = data.toAbsolutePath().normalize().equals(DEFAULT_DATA) && Files.isWritable(RUN);
        return settings.control().orElse(standard ? RUN.resolve("control.sock") : data.resolve("control.sock"));
    }

    /** Where it may be found: a client may not be able to write where the daemon could. */
    List<Path> sockets(AgentConfig settings) {
        return settings.control()
                .map(List::of)
                .orElse(List.of(data.resolve("control.sock"), RUN.resolve("control.sock")));
    }
}
