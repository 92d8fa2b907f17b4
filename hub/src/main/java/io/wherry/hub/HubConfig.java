package io.wherry.hub;

import io.wherry.base.yaml.Fields;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlException;
import io.wherry.hub.resource.ConfigurationSpec;
import io.wherry.hub.resource.ConfigurationYaml;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What {@code hub.yaml}, the environment and flags say (docs/reference/hub-configuration.md).
 *
 * @param hostnames under which agents and operators reach the hub; at least one
 * @param registriesCa authorities of image registries, if not those of the Java runtime
 * @param engineSocket of the engine whose images bundle files may bring
 * @param tls       what operators see, if it is not the hub's own certificate
 * @param vaultKey  where the vault's key is, if it is not in the data folder
 */
public record HubConfig(
        List<String> hostnames,
        Listen listen,
        Sources sources,
        Optional<Path> registriesCa,
        Optional<Path> engineSocket,
        Optional<TlsFiles> tls,
        Optional<Path> vaultKey,
        Log log) {
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45}");
    private static final int MAX_HOSTS = 32;

    /** The three ports. */
    public record Listen(ListenAddress operators, ListenAddress agents, ListenAddress health) {}

    /**
     * What sources may do, and which one declares the others.
     *
     * @param localDirectories absolute, normalised
     * @param configuration    the repository that declares the hub's own resources, if there is one
     */
    public record Sources(List<Path> localDirectories, Optional<ConfigurationSpec> configuration) {
        public Sources {
            localDirectories = List.copyOf(localDirectories);
        }
    }

    /** A certificate chain and its key, both as PEM. */
    public record TlsFiles(Path certificate, Path key) {}

    /** @param level error, warning, info or debug */
    public record Log(boolean json, String level) {}

    public HubConfig {
        hostnames = List.copyOf(hostnames);
    }

    /** Where operators reach the hub, by its first name. */
    public String address() {
        String host = hostnames.getFirst();
        return "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + listen.operators().port();
    }

    /** Where people with a browser find it. */
    public String pages() {
        return address() + "/";
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
        Optional<ConfigurationSpec> configuration =
                settings.configuration().flatMap(section -> ConfigurationYaml.read(section, problems));
        Optional<Path> registriesCa = settings.parsed(ConfigKey.REGISTRIES_CA, HubConfig::absolute);
        Optional<Path> engineSocket = settings.parsed(ConfigKey.ENGINE_SOCKET, HubConfig::absolute);
        Optional<TlsFiles> tls = tls(settings);
        Optional<Path> vaultKey = settings.parsed(ConfigKey.VAULT_KEY_FILE, HubConfig::absolute);
        Optional<String> format = settings.parsed(ConfigKey.LOG_FORMAT, text -> oneOf(text, "text", "json"));
        Optional<String> level =
                settings.parsed(ConfigKey.LOG_LEVEL, text -> oneOf(text, "error", "warning", "info", "debug"));
        problems.throwIfAny();
        return new HubConfig(
                hostnames,
                new Listen(operators.orElseThrow(), agents.orElseThrow(), health.orElseThrow()),
                new Sources(local, configuration),
                registriesCa,
                engineSocket,
                tls,
                vaultKey,
                new Log(format.orElseThrow().equals("json"), level.orElseThrow()));
    }

    private static Optional<TlsFiles> tls(Settings settings) {
        Optional<Path> certificate = settings.parsed(ConfigKey.TLS_CERTIFICATE, HubConfig::absolute);
        Optional<Path> key = settings.parsed(ConfigKey.TLS_KEY, HubConfig::absolute);
        if (certificate.isPresent() && key.isEmpty()) {
            settings.problem(ConfigKey.TLS_CERTIFICATE, "stands without its key", "name it as tls.key");
        }
        if (key.isPresent() && certificate.isEmpty()) {
            settings.problem(ConfigKey.TLS_KEY, "stands without its certificate", "name it as tls.certificate");
        }
        return certificate.flatMap(c -> key.map(k -> new TlsFiles(c, k)));
    }

    private static Path absolute(String text) {
        if (!text.startsWith("/")) { // not shown: it may be the key that should lie in the file
            throw new IllegalArgumentException("is not an absolute path (like /etc/wherry/tls.pem)");
        }
        return Path.of(text);
    }

    private static String oneOf(String text, String... words) {
        if (!List.of(words).contains(text)) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not known; " + Fields.suggestion(text, List.of(words)));
        }
        return text;
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
