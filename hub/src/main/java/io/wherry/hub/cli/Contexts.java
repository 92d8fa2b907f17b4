package io.wherry.hub.cli;

import io.wherry.base.Causes;
import io.wherry.base.DurableFiles;
import io.wherry.base.ExitCode;
import io.wherry.base.Suggest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The hubs this person knows, in {@code ~/.config/wherry/config.yaml} (0600: it holds API keys). Written as JSON, which is YAML, so that no
 * second writer is needed.
 */
final class Contexts {
    private final Path file;
    private final Map<String, String> environment;
    private final SequencedMap<String, Context> contexts = new LinkedHashMap<>();
    private String current = "";

    private Contexts(Path file, Map<String, String> environment) {
        this.file = file;
        this.environment = environment;
    }

    static Contexts load(Map<String, String> environment) {
        String base = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path folder = base.isEmpty() ? Path.of(environment.getOrDefault("HOME", "/"), ".config") : Path.of(base);
        Contexts contexts = new Contexts(folder.resolve("wherry/config.yaml"), environment);
        contexts.read();
        return contexts;
    }

    private void read() {
        if (!Files.exists(file)) {
            return;
        }
        try {
            Set<PosixFilePermission> open = Files.getPosixFilePermissions(file);
            if (open.contains(PosixFilePermission.GROUP_READ) || open.contains(PosixFilePermission.OTHERS_READ)) {
                throw new CliException(
                        ExitCode.FAILED, file + " holds API keys and others may read it", "chmod 600 " + file);
            }
            Json.Obj config = JsonReader.object(Files.readAllBytes(file));
            current = config.findString("current").orElse("");
            for (Json.Obj context : config.objects("contexts")) {
                put(new Context(
                        context.string("name"),
                        context.string("server"),
                        context.string("token"),
                        context.findString("ca"),
                        context.findString("caPin"),
                        context.findString("trustDomain")));
            }
        } catch (JsonException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    file + " cannot be read: " + e.getMessage(),
                    "mend it, or remove it and log in again");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The context to use: {@code --context}, then {@code WHERRY_CONTEXT}, then the current one. */
    Context choose(Optional<String> asked) {
        String name = asked.or(() ->
                        Optional.ofNullable(environment.get("WHERRY_CONTEXT")).filter(n -> !n.isEmpty()))
                .orElse(current);
        if (name.isEmpty()) {
            throw new CliException(
                    ExitCode.DENIED,
                    "not logged in to any hub",
                    "wherry login https://HUB:8443 --token-file FILE --ca-file FILE");
        }
        return named(name);
    }

    Context named(String name) {
        Context context = contexts.get(name);
        if (context == null) {
            throw new CliException(
                    ExitCode.NOT_FOUND,
                    Suggest.missing("context", name, contexts.keySet()),
                    "wherry context list shows what there is");
        }
        return context;
    }

    List<Context> all() {
        return List.copyOf(contexts.values());
    }

    String current() {
        return current;
    }

    void put(Context context) {
        contexts.put(context.name(), context);
    }

    void use(String name) {
        current = named(name).name();
    }

    void remove(String name) {
        contexts.remove(named(name).name());
        if (current.equals(name)) {
            current = contexts.isEmpty() ? "" : contexts.firstEntry().getKey();
        }
    }

    void save() {
        List<Json> items = new ArrayList<>();
        for (Context context : contexts.values()) {
            items.add(Json.object()
                    .put("name", context.name())
                    .put("server", context.server())
                    .put("token", context.token())
                    .putIf("ca", context.ca())
                    .putIf("caPin", context.caPin())
                    .putIf("trustDomain", context.trustDomain())
                    .build());
        }
        Json config = Json.object()
                .put("current", current)
                .put("contexts", new Json.Arr(items))
                .build();
        try {
            Files.createDirectories(
                    file.getParent(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            DurableFiles.write(file, (JsonWriter.pretty(config) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILED, file + " cannot be written: " + Causes.words(e), "");
        }
    }
}
