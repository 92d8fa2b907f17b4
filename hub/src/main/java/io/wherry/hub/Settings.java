package io.wherry.hub;

import io.wherry.base.yaml.Fields;
import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.Yaml;
import io.wherry.base.yaml.YamlNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The values of all keys before they are judged: flag over environment over file over default. Each knows where it came from. */
final class Settings {
    /** The section that holds a whole source. */
    private static final String CONFIGURATION = "configuration";

    private record Setting(List<String> values, Position at) {}

    private final Map<ConfigKey, Setting> settings = new EnumMap<>(ConfigKey.class);
    private final Problems problems;
    private Optional<YamlNode.Mapping> configuration = Optional.empty();

    Settings(Problems problems) {
        this.problems = problems;
    }

    /** Reads the file strictly; what is wrong goes to the problems. */
    void file(String name, byte[] bytes) {
        Fields top = Fields.of(Yaml.parse(name, bytes), problems);
        Map<String, Fields> sections = new HashMap<>();
        for (ConfigKey key : ConfigKey.values()) {
            Fields fields = key.section().isEmpty() ? top : sections.computeIfAbsent(key.section(), top::fields);
            if (fields.find(key.word()).isPresent()) {
                List<String> values = key.list()
                        ? fields.texts(key.word())
                        : fields.text(key.word()).stream().toList();
                settings.put(key, new Setting(values, fields.at(key.word())));
            }
        }
        configuration = top.find(CONFIGURATION)
                .flatMap(node -> node instanceof YamlNode.Mapping mapping ? Optional.of(mapping) : Optional.empty());
        sections.remove(CONFIGURATION); // has the fields of a source too: who reads it refuses the others
        sections.values().forEach(Fields::done);
        top.done();
    }

    /** The section {@code configuration} as if the file said all of it; empty where nothing of it is said but what is so anyway. */
    Optional<YamlNode.Mapping> configuration() {
        List<YamlNode.Field> fields = new ArrayList<>();
        configuration.ifPresent(section -> section.fields().stream()
                .filter(field ->
                        ConfigKey.find(CONFIGURATION + "." + field.key()).isEmpty())
                .forEach(fields::add));
        for (ConfigKey key : ConfigKey.values()) {
            Setting setting = settings.get(key);
            if (key.section().equals(CONFIGURATION) && setting != null) {
                String text = String.join("", setting.values());
                if (!text.isEmpty() && !text.equals(key.fallback())) {
                    fields.add(new YamlNode.Field(
                            key.word(), setting.at(), new YamlNode.Scalar(text, true, "", setting.at())));
                }
            }
        }
        Position at = configuration.map(YamlNode.Mapping::at).orElse(Position.of(CONFIGURATION));
        return fields.isEmpty() ? Optional.empty() : Optional.of(new YamlNode.Mapping(fields, "", at));
    }

    void environment(Map<String, String> environment) {
        for (ConfigKey key : ConfigKey.values()) {
            Optional.ofNullable(environment.get(key.variable()))
                    .ifPresent(text -> settings.put(key, new Setting(split(key, text), Position.of(key.variable()))));
        }
    }

    /** @param flags {@code KEY=VALUE} each */
    void flags(List<String> flags) {
        for (String flag : flags) {
            int equals = flag.indexOf('=');
            String path = equals < 0 ? flag : flag.substring(0, equals);
            Position at = Position.of("--set " + path);
            Optional<ConfigKey> key = ConfigKey.find(path);
            if (equals < 0) {
                problems.add(
                        key.isPresent() ? at : Position.of("--set"), // it may be a value, and a secret one
                        "says no value",
                        "write --set KEY=VALUE");
            } else if (key.isEmpty()) {
                problems.add(at, "unknown key \"" + path + "\"", Fields.suggestion(path, ConfigKey.paths()));
            } else {
                settings.put(key.get(), new Setting(split(key.get(), flag.substring(equals + 1)), at));
            }
        }
    }

    private static List<String> split(ConfigKey key, String text) {
        return key.list()
                ? Arrays.stream(text.split(",", -1))
                        .map(String::strip)
                        .filter(s -> !s.isEmpty())
                        .toList()
                : List.of(text.strip());
    }

    List<String> list(ConfigKey key) {
        return Optional.ofNullable(settings.get(key)).map(Setting::values).orElse(List.of());
    }

    /** The value, read by the function, or nothing if it is empty; the function's {@link IllegalArgumentException} becomes a problem at the place of the value. */
    <T> Optional<T> parsed(ConfigKey key, Function<String, T> parse) {
        Setting setting = settings.getOrDefault(key, new Setting(List.of(key.fallback()), Position.of("default")));
        try {
            return setting.values().stream()
                    .findFirst()
                    .filter(text -> !text.isEmpty())
                    .map(parse);
        } catch (IllegalArgumentException e) {
            problem(key, String.valueOf(e.getMessage()), "");
            return Optional.empty();
        }
    }

    void problem(ConfigKey key, String message, String hint) {
        Position at = Optional.ofNullable(settings.get(key)).map(Setting::at).orElse(Position.of(key.path()));
        problems.add(at, key.path() + ": " + message, hint);
    }
}
