package io.wherry.hub;

import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What {@code hub.yaml}, the environment and flags say (docs/reference/hub-configuration.md).
 *
 * @param hostnames under which agents and operators reach the hub; at least one
 */
public record HubConfig(List<String> hostnames, Listen listen, Sources sources) {
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45}");
    private static final int MAX_HOSTS = 32;

    /** The three ports. */
    public record Listen(ListenAddress operators, ListenAddress agents, ListenAddress health) {}

    /**
     * What sources may do.
     *
     * @param localDirectories absolute, normalised
     */
    public record Sources(List<Path> localDirectories) {
        public Sources {
            localDirectories = List.copyOf(localDirectories);
        }
    }

    public HubConfig {
        hostnames = List.copyOf(hostnames);
    }

    /**
     * Reads the configuration: flag over environment over file over default.
     *
     * @param name  the file's name for positions
     * @param flags {@code KEY=VALUE} each
     * @throws YamlException with every problem
     */
    public static HubConfig read(String name, byte[] file, Map<String, String> environment, List<String> flags) {
        Problems problems = new Problems();
        Settings settings = new Settings(problems);
        settings.file(name, file);
        settings.environment(environment);
        settings.flags(flags);
        Optional<ListenAddress> operators = settings.parsed(ConfigKey.LISTEN_OPERATORS, ListenAddress::parse);
        Optional<ListenAddress> agents = settings.parsed(ConfigKey.LISTEN_AGENTS, ListenAddress::parse);
        Optional<ListenAddress> health = settings.parsed(ConfigKey.LISTEN_HEALTH, ListenAddress::parse);
        List<String> hostnames = hostnames(settings);
        List<Path> local = localDirectories(settings);
        problems.throwIfAny();
        return new HubConfig(
                hostnames,
                new Listen(operators.orElseThrow(), agents.orElseThrow(), health.orElseThrow()),
                new Sources(local));
    }

    private static List<String> hostnames(Settings settings) {
        List<String> hostnames = settings.list(ConfigKey.HOSTNAMES);
        if (hostnames.isEmpty() || hostnames.size() > MAX_HOSTS) {
            settings.problem(
                    ConfigKey.HOSTNAMES,
                    hostnames.size() + " names",
                    "name 1 to " + MAX_HOSTS + " under which the hub is reached");
        }
        for (String host : hostnames) {
            if (!HOST.matcher(host).matches()) {
                settings.problem(
                        ConfigKey.HOSTNAMES,
                        "\"" + host + "\" is neither a host name nor an address",
                        "without https:// and port");
            }
        }
        return hostnames;
    }

    private static List<Path> localDirectories(Settings settings) {
        List<String> texts = settings.list(ConfigKey.LOCAL_DIRECTORIES);
        for (String text : texts) {
            if (!Path.of(text).isAbsolute() || !Path.of(text).normalize().equals(Path.of(text)) || text.equals("/")) {
                settings.problem(
                        ConfigKey.LOCAL_DIRECTORIES, "\"" + text + "\" is not a plain absolute path", "like /srv/git");
            }
        }
        return texts.stream().map(Path::of).toList();
    }
}
