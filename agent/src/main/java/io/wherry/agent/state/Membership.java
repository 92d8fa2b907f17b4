package io.wherry.agent.state;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What joining fixed: file {@code agent.json}, written last, so that it stands for a join that is complete.
 *
 * @param agentId     the id the hub chose; never reused
 * @param name        the name the hub chose
 * @param environment the site's environment; empty if it is in none
 * @param trustDomain digest of trust root version 1
 * @param hubs        addresses of the join token: the last resort
 */
public record Membership(AgentId agentId, String name, String environment, Digest trustDomain, List<String> hubs) {
    static final String FILE = "agent.json";
    static final long VERSION = 1;

    public Membership {
        hubs = List.copyOf(hubs);
    }

    /** Of an agent that has joined with this folder. @throws StateException if none has, it is another user's, or it cannot be read */
    public static Membership require(Path folder) {
        return find(folder).orElseThrow(() -> {
            StateFolder.requireOwn(folder);
            return StateException.notFound("state folder " + folder
                    + ": no agent has joined with it; run: wherry-agent join --token-file FILE --data " + folder);
        });
    }

    /** The membership of a state folder; empty if nobody joined with it yet. @throws StateException if it cannot be read */
    public static Optional<Membership> find(Path root) {
        Path file = root.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            Json.Obj json = JsonReader.object(DurableStore.read(file));
            long version = json.integer("version");
            if (version != VERSION) {
                throw StateException.broken(file + ": version " + version + " (expected: " + VERSION
                        + "); a newer agent wrote it: install that version again");
            }
            return Optional.of(new Membership(
                    AgentId.parse(json.string("agentId")),
                    json.string("name"),
                    json.string("environment"),
                    Digest.parse(json.string("trustDomain")),
                    json.strings("hubs")));
        } catch (IllegalArgumentException | io.wherry.contract.json.JsonException e) {
            throw StateException.broken(file + ": cannot be read: " + e.getMessage() + "; join again");
        }
    }

    byte[] toBytes() {
        return JsonWriter.canonical(Json.object()
                .put("version", VERSION)
                .put("agentId", agentId.value())
                .put("name", name)
                .put("environment", environment)
                .put("trustDomain", trustDomain.toString())
                .put("hubs", hubs)
                .build());
    }
}
