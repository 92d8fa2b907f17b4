package io.wherry.agent.runtime.kubernetes.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.health.Health;
import io.wherry.contract.health.HealthRules;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What is said of objects as an API server of Kubernetes 1.34 with real pods gave them, in {@code verdicts.txt}: by their status alone, shortly after
 * they were made, and after their time was up. Rewrite with {@code -Dgolden.update=true}, and read what changed.
 */
class HealthTableTest {
    private static final Path FOLDER = Path.of("src/test/resources/kubernetes/health");
    private static final Path WANT = FOLDER.resolve("verdicts.txt");
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    @Test
    void saysOfRealObjectsWhatIsRecorded() throws IOException {
        StringBuilder got = new StringBuilder();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
                got.append(verdicts(file));
            }
        }
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(WANT, got.toString());
        }
        assertThat(got.toString()).isEqualTo(Files.readString(WANT));
    }

    private static String verdicts(Path file) throws IOException {
        Json.Obj recorded = JsonReader.object(Files.readAllBytes(file));
        Json.Obj object = recorded.object("object");
        Surroundings around =
                new Surroundings(recorded.objects("owners"), recorded.objects("pods"), recorded.objects("events"));
        Instant made = Stream.concat(Stream.of(object), around.pods().stream())
                .map(o -> Instant.parse(o.object("metadata").string("creationTimestamp")))
                .max(Instant::compareTo)
                .orElseThrow();
        Instant soon = made.plusSeconds(12);
        Instant late = made.plus(Duration.ofHours(1));
        ObjectStatus status = KStatus.of(object, late);
        return file.getFileName().toString().replace(".json", "") + "\n"
                + "  status: " + status.state() + " " + status.reason() + ": it " + status.message() + "\n"
                + "  soon:   " + line(object, around, soon) + "\n"
                + "  late:   " + line(object, around, late) + "\n";
    }

    private static String line(Json.Obj object, Surroundings around, Instant now) {
        ClusterHealth health = new ClusterHealth(HealthRules.NONE, Duration.ofSeconds(10), TIMEOUT, now);
        return switch (health.judge(
                List.of(new ClusterHealth.Seen("it", Optional.of(object))),
                around,
                source -> List.of("(log of " + source.container() + (source.previous() ? " before" : "") + ")"))) {
            case Health.Healthy(var objects) ->
                objects.getFirst().state() + ": it " + objects.getFirst().detail();
            case Health.Starting(String detail, var _) -> "STARTING: " + detail;
            case Health.Unhealthy(var reason, String detail, var _) -> "UNHEALTHY " + reason.code() + ": " + detail;
        };
    }
}
