package io.wherry.agent;

import io.wherry.agent.hubclient.PollMode;
import io.wherry.agent.runtime.docker.FormerAgents;
import io.wherry.agent.runtime.docker.Pulling;
import io.wherry.agent.runtime.docker.RegistryMirrors;
import io.wherry.agent.runtime.kubernetes.images.RegistryPlace;
import io.wherry.base.Causes;
import io.wherry.base.Durations;
import io.wherry.base.yaml.Fields;
import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problem;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.Yaml;
import io.wherry.base.yaml.YamlException;
import io.wherry.contract.policy.Preset;
import io.wherry.contract.policy.Rule;
import io.wherry.contract.policy.WorkloadPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the site decided about its agent: {@code agent.yaml} below the environment variables (docs/reference/agent-configuration.md).
 *
 * @param site    who this agent is and what it works on
 * @param hub     how it asks the hub
 * @param policy  what stacks may ask of this host
 * @param control the socket's file, if the site chose one
 * @param secrets where opened secrets lie
 * @param log     how it writes its log
 */
public record AgentConfig(Site site, Hub hub, WorkloadPolicy policy, Optional<Path> control, Secrets secrets, Log log) {
    private static final String KUBERNETES = "kubernetes";
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern CAPABILITY = Pattern.compile("[A-Z][A-Z0-9_]{1,63}");
    private static final Map<String, PollMode> MODES =
            Map.of("held", PollMode.HELD, "interval", PollMode.INTERVAL, "timer", PollMode.TIMER);

    /**
     * @param environment empty if the site is in none
     * @param docker      what was said of an engine
     * @param cluster     what was said of a cluster
     * @param images      which old images stay
     * @param export      whether operators may read what runs here
     * @param logs        whether operators may read log lines
     */
    public record Site(
            Optional<String> name,
            String environment,
            String runtime,
            Docker docker,
            Cluster cluster,
            RegistryMirrors mirrors,
            Pulling.Keep images,
            boolean export,
            boolean logs) {

        /** Whether the stacks are objects of a cluster. */
        public boolean isKubernetes() {
            return runtime.equals(KUBERNETES);
        }
    }

    /**
     * @param host   where it listens
     * @param former whose objects stacks may take over
     */
    public record Docker(String host, FormerAgents former) {}

    /**
     * @param kubeconfig   how it is reached, if the site chose one
     * @param former       whose objects stacks may take over
     * @param imagesFolder where images from bundle files are put for its node
     * @param containerd   the same by its node's containerd: the socket's file
     * @param registry     the same by a registry of the site. At most one of the three
     */
    public record Cluster(
            Optional<Path> kubeconfig,
            Set<String> former,
            Optional<Path> imagesFolder,
            Optional<Path> containerd,
            Optional<RegistryPlace> registry) {}

    /** @param holdMax how long the hub may hold an answer */
    public record Hub(PollMode mode, Duration interval, Duration holdMax, Optional<Path> caBundle) {}

    /** @param onDisk whether the folder need not be in memory */
    public record Secrets(Path folder, boolean onDisk) {}

    /** @param level error, warning, info or debug */
    public record Log(boolean json, String level) {}

    /** The same for one cycle: nothing is held. */
    public AgentConfig forTimer() {
        return new AgentConfig(
                site,
                new Hub(PollMode.TIMER, hub.interval(), hub.holdMax(), hub.caBundle()),
                policy,
                control,
                secrets,
                log);
    }

    /**
     * Reads the file, if it is there, and the environment.
     *
     * @throws YamlException with every problem and its place
     */
    public static AgentConfig read(Path file, Map<String, String> environment) {
        return Files.exists(file) ? of(file, bytes(file), environment) : of(file, new byte[0], environment);
    }

    /**
     * As if this were the file's content.
     *
     * @param content empty: no key is set
     * @throws YamlException with every problem and its place
     */
    public static AgentConfig of(Path file, byte[] content, Map<String, String> environment) {
        Problems problems = new Problems();
        Map<Setting, Text> texts = new EnumMap<>(Setting.class);
        if (content.length > 0) {
            texts.putAll(fromFile(file, content, problems));
        }
        for (Setting setting : Setting.values()) {
            String value = environment.getOrDefault(setting.variable(), "");
            if (!value.isEmpty()) {
                texts.put(setting, new Text(split(setting, value), Position.of(setting.variable())));
            }
        }
        AgentConfig config = new Reading(texts, problems).config();
        problems.throwIfAny();
        return config;
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new YamlException(new Problem(
                    Position.of(file.toString()),
                    "cannot be read: " + Causes.words(e),
                    "let the agent's user read it"));
        }
    }

    private static Map<Setting, Text> fromFile(Path file, byte[] content, Problems problems) {
        Fields top = Fields.of(Yaml.parse(file.toString(), content), problems);
        Map<String, Fields> groups = new HashMap<>(Map.of("", top));
        Setting.groups().forEach(group -> groups.put(group, top.fields(group)));
        Map<Setting, Text> texts = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            Fields fields = groups.getOrDefault(setting.group(), top);
            if (fields.find(setting.leaf()).isPresent()) {
                List<String> values =
                        switch (setting.form()) {
                            case TEXT -> fields.text(setting.leaf()).stream().toList();
                            case LIST -> fields.texts(setting.leaf());
                            case MAP ->
                                fields.textMap(setting.leaf()).entrySet().stream()
                                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                                        .toList();
                        };
                texts.put(setting, new Text(values, fields.at(setting.leaf())));
            }
        }
        groups.values().forEach(Fields::done);
        return texts;
    }

    private static List<String> split(Setting setting, String value) {
        return setting.several()
                ? Stream.of(value.split(","))
                        .map(String::strip)
                        .filter(text -> !text.isEmpty())
                        .toList()
                : List.of(value);
    }

    private record Text(List<String> values, Position at) {}

    /** Turns texts into values and collects what is wrong with them. */
    private record Reading(Map<Setting, Text> texts, Problems problems) {

        AgentConfig config() {
            Site site = new Site(
                    value(Setting.NAME, Reading::name),
                    value(Setting.ENVIRONMENT, Reading::name).orElse(""),
                    value(Setting.RUNTIME, text -> oneOf(text, "docker", KUBERNETES))
                            .orElse("docker"),
                    new Docker(
                            value(Setting.DOCKER_HOST, Reading::unixSocket).orElse(Setting.DOCKER_HOST.absent()),
                            new FormerAgents(new TreeSet<>(values(Setting.FORMER_AGENTS, FormerAgents::requireOwner)))),
                    cluster(),
                    mirrors(),
                    new Pulling.Keep(
                            value(Setting.IMAGES_KEEP, text -> number(text, 1, 1000))
                                    .orElse(Pulling.Keep.DEFAULT.count()),
                            duration(Setting.IMAGES_KEEP_FOR, Duration.ZERO, Duration.ofDays(365))),
                    value(Setting.EXPORT, text -> oneOf(text, "refuse", "allow"))
                            .orElse(Setting.EXPORT.absent())
                            .equals("allow"),
                    value(Setting.LOGS, text -> oneOf(text, "allow", "refuse"))
                            .orElse(Setting.LOGS.absent())
                            .equals("allow"));
            Hub hub = new Hub(
                    value(Setting.MODE, text -> MODES.get(oneOf(text, "held", "interval", "timer")))
                            .orElse(PollMode.HELD),
                    duration(Setting.INTERVAL, Duration.ofSeconds(1), Duration.ofHours(24)),
                    duration(Setting.HOLD_MAX, Duration.ofSeconds(10), Duration.ofMinutes(10)),
                    value(Setting.CA_BUNDLE, Path::of));
            Log log = new Log(
                    value(Setting.LOG_FORMAT, text -> oneOf(text, "text", "json"))
                            .orElse("text")
                            .equals("json"),
                    value(Setting.LOG_LEVEL, text -> oneOf(text, "error", "warning", "info", "debug"))
                            .orElse("info"));
            Secrets secrets = new Secrets(
                    Path.of(value(Setting.SECRETS_FOLDER, Reading::absolute).orElse(Setting.SECRETS_FOLDER.absent())),
                    value(Setting.SECRETS_ON_DISK, text -> oneOf(text, "refuse", "allow"))
                            .orElse(Setting.SECRETS_ON_DISK.absent())
                            .equals("allow"));
            return new AgentConfig(
                    site, hub, policy(site.environment()), value(Setting.CONTROL_SOCKET, Path::of), secrets, log);
        }

        private Cluster cluster() {
            Cluster cluster = new Cluster(
                    value(Setting.KUBECONFIG, Reading::absolute).map(Path::of),
                    new TreeSet<>(values(Setting.CLUSTER_FORMER_AGENTS, FormerAgents::requireOwner)),
                    value(Setting.IMAGES_FOLDER, Reading::absolute).map(Path::of),
                    value(Setting.CONTAINERD, Reading::unixSocket)
                            .map(address -> Path.of(address.substring("unix://".length()))),
                    registry());
            requireOne(Setting.CONTAINERD, Setting.IMAGES_FOLDER);
            requireOne(Setting.IMAGES_REGISTRY, Setting.IMAGES_FOLDER);
            requireOne(Setting.IMAGES_REGISTRY, Setting.CONTAINERD);
            return cluster;
        }

        private void requireOne(Setting setting, Setting other) {
            Text text = texts.get(setting);
            if (text != null && texts.containsKey(other)) {
                problems.add(
                        text.at(),
                        setting.key() + ": images go to one place, and " + other.key()
                                + " is set too (expected: one of the two)");
            }
        }

        private Optional<RegistryPlace> registry() {
            Optional<Path> caFile =
                    value(Setting.IMAGES_REGISTRY_CA_FILE, Reading::absolute).map(Path::of);
            Optional<Path> loginFile =
                    value(Setting.IMAGES_REGISTRY_LOGIN_FILE, Reading::absolute).map(Path::of);
            for (Setting setting : List.of(Setting.IMAGES_REGISTRY_CA_FILE, Setting.IMAGES_REGISTRY_LOGIN_FILE)) {
                Text text = texts.get(setting);
                if (text != null && !texts.containsKey(Setting.IMAGES_REGISTRY)) {
                    problems.add(
                            text.at(),
                            setting.key() + ": is for a registry, and there is none (expected: "
                                    + Setting.IMAGES_REGISTRY.key() + " too)");
                }
            }
            return value(Setting.IMAGES_REGISTRY, RegistryPlace::parse).map(place -> place.with(caFile, loginFile));
        }

        private RegistryMirrors mirrors() {
            SortedMap<String, String> mirrors = new TreeMap<>();
            values(Setting.REGISTRY_MIRROR, RegistryMirrors::parse).forEach(one -> mirrors.putAll(one.byRegistry()));
            return new RegistryMirrors(mirrors);
        }

        private WorkloadPolicy policy(String environment) {
            Preset preset = value(Setting.POLICY_PRESET, Reading::preset).orElse(Preset.of(environment));
            return new WorkloadPolicy(
                    preset,
                    new TreeSet<>(values(Setting.POLICY_ALLOW, Reading::rule)),
                    new TreeSet<>(values(Setting.POLICY_HOST_PATHS, Reading::absolute)),
                    new TreeSet<>(values(Setting.POLICY_CAPABILITIES, Reading::capability)),
                    new TreeSet<>(values(Setting.POLICY_DEVICES, Reading::absolute)));
        }

        static Preset preset(String word) {
            return Preset.find(oneOf(word, words(Preset.values(), Preset::word)))
                    .orElseThrow();
        }

        private static Rule rule(String word) {
            return Rule.find(oneOf(word, words(Rule.values(), Rule::word))).orElseThrow();
        }

        private static <T> String[] words(T[] values, Function<T, String> word) {
            return Stream.of(values).map(word).toArray(String[]::new);
        }

        private static String absolute(String text) {
            if (!text.startsWith("/") || !Path.of(text).normalize().toString().equals(text)) {
                throw new IllegalArgumentException("\"" + text + "\" (expected: an absolute path, like /srv/data)");
            }
            return text;
        }

        private static String capability(String text) {
            String name = text.toUpperCase(Locale.ROOT).replaceFirst("^CAP_", "");
            if (!CAPABILITY.matcher(name).matches()) {
                throw new IllegalArgumentException("\"" + text + "\" (expected: a capability, like SYS_TIME)");
            }
            return name;
        }

        private <T> List<T> values(Setting setting, Function<String, T> parse) {
            return Optional.ofNullable(texts.get(setting)).stream()
                    .flatMap(text ->
                            text.values().stream().flatMap(value -> parsed(setting, text, value, parse).stream()))
                    .toList();
        }

        private <T> Optional<T> value(Setting setting, Function<String, T> parse) {
            return values(setting, parse).stream().findFirst();
        }

        private <T> Optional<T> parsed(Setting setting, Text text, String value, Function<String, T> parse) {
            try {
                return Optional.of(parse.apply(value));
            } catch (IllegalArgumentException e) {
                problems.add(text.at(), setting.key() + ": " + e.getMessage());
                return Optional.empty();
            }
        }

        private Duration duration(Setting setting, Duration min, Duration max) {
            return value(setting, text -> {
                        Duration duration = Durations.parse(text);
                        if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
                            throw new IllegalArgumentException("\"" + text + "\" (expected: " + Durations.format(min)
                                    + " to " + Durations.format(max) + ")");
                        }
                        return duration;
                    })
                    .orElseGet(() -> Durations.parse(setting.absent()));
        }

        private static int number(String text, int min, int max) {
            if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) < min || Integer.parseInt(text) > max) {
                throw new IllegalArgumentException("\"" + text + "\" (expected: " + min + " to " + max + ")");
            }
            return Integer.parseInt(text);
        }

        private static String name(String text) {
            if (!NAME.matcher(text).matches()) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" (expected: a-z, 0-9 and -, at most 63 characters, such as "
                                + text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]+", "-") + ")");
            }
            return text;
        }

        private static String unixSocket(String text) {
            if (!text.startsWith("unix:///")) {
                throw new IllegalArgumentException("\"" + text + "\" (expected: unix:///PATH)");
            }
            return text;
        }

        private static String oneOf(String text, String... words) {
            List<String> known = List.of(words);
            if (!known.contains(text)) {
                throw new IllegalArgumentException("\"" + text + "\" is not known; " + Fields.suggestion(text, known));
            }
            return text;
        }
    }
}
