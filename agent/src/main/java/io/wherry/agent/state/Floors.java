package io.wherry.agent.state;

import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import io.wherry.contract.verify.Floor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * What this agent never goes below: file {@code floors.json}.
 *
 * <p>Floors and key live and die together: a key whose floors are lost could be fed old assignments, so such an agent must join again.
 */
final class Floors {
    static final String FILE = "floors.json";
    static final long VERSION = 1;

    private Floors() {}

    static byte[] toBytes(Floor floor, Digest key) {
        Json.Builder counters = Json.object();
        new TreeMap<>(byText(floor)).forEach(counters::put);
        return JsonWriter.canonical(Json.object()
                .put("version", VERSION)
                .put("key", key.toString())
                .put("epoch", floor.epoch())
                .put("sequence", floor.sequence())
                .putIf("digest", floor.digest().map(Digest::toString))
                .put("time", floor.time().toString())
                .put("releaseCounters", counters.build())
                .build());
    }

    private static Map<String, Long> byText(Floor floor) {
        Map<String, Long> counters = new TreeMap<>();
        floor.releaseCounters().forEach((stack, counter) -> counters.put(stack.value(), counter));
        return counters;
    }

    /** @throws StateException if the floors are missing, unreadable, or belong to another key */
    static Floor read(Path root, Digest key) {
        Path file = root.resolve(FILE);
        if (!Files.exists(file)) {
            throw lost(file, "missing");
        }
        try {
            Json.Obj json = JsonReader.object(DurableStore.read(file));
            if (json.integer("version") != VERSION) {
                throw lost(file, "of version " + json.integer("version") + ", written by a newer agent");
            }
            if (!Digest.parse(json.string("key")).equals(key)) {
                throw lost(file, "of another key");
            }
            Map<StackId, Long> counters = new TreeMap<>((a, b) -> a.value().compareTo(b.value()));
            Json.Obj texts = json.object("releaseCounters");
            texts.fields().keySet().forEach(stack -> counters.put(StackId.parse(stack), texts.integer(stack)));
            return new Floor(
                    json.integer("epoch"),
                    json.integer("sequence"),
                    json.findString("digest").map(Digest::parse),
                    Instant.parse(json.string("time")),
                    counters);
        } catch (IllegalArgumentException | JsonException | java.time.DateTimeException e) {
            throw lost(file, "unreadable (" + e.getMessage() + ")");
        }
    }

    private static StateException lost(Path file, String how) {
        return StateException.broken("floors " + file + ": " + how
                + "; without them older assignments could not be told apart, so this agent must join again:"
                + " wherry-agent leave, then wherry-agent join --token-file FILE (workloads keep running)");
    }
}
