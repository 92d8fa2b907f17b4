package io.wherry.agent.runtime.kubernetes.drift;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.Difference;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the API server of Kubernetes 1.34 answered: an object, the dry run of its apply, and the dry run of the patch that takes back additions. */
record Recorded(String name, Json.Obj all) {
    static final DriftRules RULES = rules("{}");

    private static final Path FOLDER = Path.of("src/test/resources/kubernetes/drift");

    static Recorded of(String name) {
        try {
            return new Recorded(name, JsonReader.object(Files.readAllBytes(FOLDER.resolve(name + ".json"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<Recorded> every() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(f -> f.getFileName().toString().replace(".json", "")).sorted().toList().stream()
                    .map(Recorded::of);
        }
    }

    static DriftRules rules(String model) {
        return DriftRules.parse(
                JsonReader.object(model.replace('\'', '"').getBytes(UTF_8)), "0123456789abcdef".getBytes(UTF_8));
    }

    Json.Obj declared() {
        return all.object("declared");
    }

    Json.Obj live() {
        return all.object("live");
    }

    Json.Obj dryRun() {
        return all.object("dryRun");
    }

    Optional<Json.Obj> takenBack() {
        return all.findObject("takenBack");
    }

    List<String> differences(DriftRules rules) {
        return Drift.of("X", declared(), live(), dryRun(), takenBack(), rules).stream()
                .map(Recorded::line)
                .toList();
    }

    static String line(Difference difference) {
        return difference.field() + ": " + difference.wanted() + " -> " + difference.found();
    }

    @Override
    public String toString() {
        return name;
    }
}
