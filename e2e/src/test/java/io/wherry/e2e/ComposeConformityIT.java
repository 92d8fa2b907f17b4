package io.wherry.e2e;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.render.RenderRequest;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.render.compose.AbsolutePaths;
import io.wherry.hub.render.compose.ComposeRenderer;
import io.wherry.hub.source.LocalTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our renderer against the real {@code docker compose config}, over a corpus: each case equal, or refused by both. */
class ComposeConformityIT {
    private static final Path CORPUS = Path.of("src/test/resources/compose");

    /** So that none is lost unseen; a new case may raise it. */
    private static final int MIN_CASES = 370;

    @TempDir
    Path temp;

    @Test
    void rendersAsDockerComposeDoes() throws IOException, InterruptedException {
        ComposeOracle oracle = ComposeOracle.find();
        List<String> differences = new ArrayList<>();
        List<Path> cases = cases();
        for (Path file : cases) {
            difference(file, oracle).ifPresent(differences::add);
        }
        System.out.printf(
                "compose conformity (docker compose %s): %d of %d equal%n",
                oracle.version(), cases.size() - differences.size(), cases.size());
        assertThat(cases).hasSizeGreaterThanOrEqualTo(MIN_CASES);
        assertThat(differences).isEmpty();
    }

    private static List<Path> cases() throws IOException {
        try (Stream<Path> files = Files.list(CORPUS)) {
            return files.filter(file -> file.toString().endsWith(".txtar"))
                    .sorted()
                    .toList();
        }
    }

    private Optional<String> difference(Path file, ComposeOracle oracle) throws IOException, InterruptedException {
        Map<String, String> files =
                new TreeMap<>(Txtar.parse(Files.readString(file)).files());
        List<String> args =
                Optional.ofNullable(files.remove("args")).orElse("").lines().toList();
        Path folder =
                Files.createDirectory(temp.resolve(file.getFileName().toString().replace(".txtar", "")));
        for (Map.Entry<String, String> one : files.entrySet()) {
            Path path = folder.resolve(one.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, one.getValue());
        }
        String wanted =
                oracle.config(folder, args).map(ComposeConformityIT::wanted).orElse("refused");
        String got = rendered(folder, args);
        boolean refusal = file.getFileName().toString().startsWith("refused-");
        return wanted.equals(got) && wanted.equals("refused") == refusal
                ? Optional.empty()
                : Optional.of(file.getFileName() + "\n  docker compose: " + wanted + "\n  wherry:         " + got);
    }

    private static String rendered(Path folder, List<String> args) {
        List<String> files = new ArrayList<>();
        List<String> profiles = new ArrayList<>();
        List<String> envFiles = new ArrayList<>();
        for (int i = 0; i < args.size(); i += 2) {
            switch (args.get(i)) {
                case "-f" -> files.add(args.get(i + 1));
                case "--profile" -> profiles.add(args.get(i + 1));
                case "--env-file" -> envFiles.add(args.get(i + 1));
                default ->
                    throw new IllegalArgumentException(
                            "args: " + args.get(i) + " (expected: -f, --profile or --env-file)");
            }
        }
        RenderRequest request = new RenderRequest(
                LocalTree.open(folder), "", files, profiles, envFiles, new TreeMap<>(), "p", new TreeSet<>());
        Path projectFolder = files.isEmpty()
                ? folder
                : requireNonNull(folder.resolve(files.getFirst()).getParent());
        return switch (ComposeRenderer.render(request)) {
            case Rendering.Rendered rendered -> pretty(AbsolutePaths.of(rendered.model(), projectFolder.toString()));
            case Rendering.Invalid invalid -> {
                // The reason matters to a person only; that there is one is what both must agree on.
                assertThat(invalid.problems()).isNotEmpty();
                yield "refused";
            }
        };
    }

    /** What Compose prints, less what we leave out on purpose: x- fields, build beside image, develop, profiles (docs/reference/compose.md). */
    private static String wanted(Json.Obj config) {
        Map<String, Json> top = new TreeMap<>(config.fields());
        top.keySet().removeIf(key -> key.startsWith("x-"));
        top.computeIfPresent("services", (key, services) -> {
            Map<String, Json> all = new TreeMap<>(((Json.Obj) services).fields());
            all.replaceAll((name, service) -> {
                Map<String, Json> fields = new TreeMap<>(((Json.Obj) service).fields());
                fields.keySet().removeAll(List.of("build", "develop", "profiles"));
                fields.computeIfPresent("blkio_config", (field, limits) -> lowerCase(limits));
                return Json.Obj.of(fields);
            });
            return Json.Obj.of(all);
        });
        return pretty(Json.Obj.of(top));
    }

    /** Compose prints Path, Rate and Weight in JSON, and would not read that again: the model is a Compose file, so ours are path, rate, weight. */
    private static Json lowerCase(Json json) {
        return switch (json) {
            case Json.Obj(var fields) -> {
                Map<String, Json> lower = new TreeMap<>();
                fields.forEach((key, value) -> lower.put(key.toLowerCase(Locale.ROOT), lowerCase(value)));
                yield Json.Obj.of(lower);
            }
            case Json.Arr(var items) ->
                new Json.Arr(items.stream().map(ComposeConformityIT::lowerCase).toList());
            case Json.Str _, Json.Int _, Json.Dec _, Json.Bool _, Json.Null _ -> json;
        };
    }

    private static String pretty(Json json) {
        return new String(JsonWriter.canonical(json), java.nio.charset.StandardCharsets.UTF_8);
    }
}
