package io.wherry.hub;

import io.wherry.base.yaml.Fields;
import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.Yaml;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The values of all keys before they are judged: flag over environment over file over default. Each knows where it came from. */
final class Settings {
    private record Setting(List<String> values, Position at) {}

    private final Map<ConfigKey, Setting> settings = new EnumMap<>(ConfigKey.class);
    private final Problems problems;

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
        sections.values().forEach(Fields::done);
        top.done();
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
