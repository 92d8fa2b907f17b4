package io.wherry.contract;

import io.wherry.contract.json.Json;
import java.time.Instant;
import java.util.List;

/**
 * How long the audit log is and what its root is, signed by the log role (docs/reference/bundle-format.md#checkpoint).
 *
 * @param trustDomain digest of trust root version 1
 * @param origin      the log's name; contains the epoch, so that a restored hub's log is another one
 * @param epoch       the trust root's
 * @param size        number of leaves, 0 or more
 * @param root        RFC 6962 root over them
 */
public record Checkpoint(Digest trustDomain, String origin, long epoch, long size, Digest root, Instant time) {
    /** @throws IllegalArgumentException naming the field */
    public Checkpoint {
        Check.filled("origin", origin, 128);
        Check.range("epoch", epoch, 1, Limits.INTEGER);
        Check.range("size", size, 0, Limits.INTEGER);
        time = Check.millis("time", time);
    }

    /** The canonical bytes to be signed. */
    public byte[] toStatement() {
        return Statement.bytes(
                Statement.CHECKPOINT,
                subjects(),
                Json.object()
                        .put("trustDomain", trustDomain.toString())
                        .put("origin", origin)
                        .put("epoch", epoch)
                        .put("size", size)
                        .put("root", root.toString())
                        .put("time", Codec.time(time))
                        .build());
    }

    private List<Statement.Subject> subjects() {
        return List.of(new Statement.Subject("log/" + origin, root));
    }

    /** @throws RuntimeException {@link io.wherry.contract.json.JsonException} or {@link IllegalArgumentException}, naming the field */
    public static Checkpoint parse(Json.Obj statement) {
        Json.Obj checkpoint = Statement.predicate(statement, Statement.CHECKPOINT);
        Checkpoint parsed = new Checkpoint(
                Codec.digest(checkpoint, "trustDomain"),
                checkpoint.string("origin"),
                checkpoint.integer("epoch"),
                checkpoint.integer("size"),
                Codec.digest(checkpoint, "root"),
                Codec.time(checkpoint, "time"));
        Statement.checkSubjects(statement, parsed.subjects());
        return parsed;
    }
}
