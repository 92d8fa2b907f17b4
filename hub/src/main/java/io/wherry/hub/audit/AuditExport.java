package io.wherry.hub.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.Checkpoint;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaP256;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.MerkleTree;
import io.wherry.contract.Role;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Records that prove themselves (docs/reference/audit-export.md): JSON lines, first the signed checkpoint, then each record with its place, its
 * exact bytes as a text, and the proof that the checkpoint covers it.
 */
public final class AuditExport {
    private AuditExport() {}

    /** What an export turned out to be. */
    public sealed interface Verdict {
        /** Every record is in the log that the checkpoint signs. */
        record Genuine(Checkpoint checkpoint, long records) implements Verdict {}

        /** @param line the first bad line, 1 is the first; 0 if the whole is meant */
        record Broken(long line, String detail) implements Verdict {}
    }

    /** Writes the records that the query finds, line by line. */
    public static void write(AuditLog log, AuditQuery query, Consumer<String> lines) {
        SignedCheckpoint signed = log.checkpoint();
        long size = signed.checkpoint().size();
        lines.accept(JsonWriter.compact(Json.object()
                .put("type", "checkpoint")
                .put("envelope", JsonReader.object(signed.envelope()))
                .build()));
        long next = 0;
        List<AuditRecord> page;
        do {
            page = log.list(query, next, AuditLog.MAX_PAGE);
            for (AuditRecord record : page) {
                next = record.index() + 1;
                if (record.index() < size) { // later ones are in the next export
                    lines.accept(line(log, record, size));
                }
            }
        } while (page.size() == AuditLog.MAX_PAGE && next < size);
    }

    private static String line(AuditLog log, AuditRecord record, long size) {
        return JsonWriter.compact(Json.object()
                .put("type", "record")
                .put("index", record.index())
                .put("leaf", new String(record.leaf(), UTF_8))
                .put(
                        "proof",
                        log.inclusionProof(record.index(), size).stream()
                                .map(Digest::toString)
                                .toList())
                .build());
    }

    /**
     * Verifies an export offline. Pure: the caller brings a root that it trusts.
     *
     * @param trustDomain digest of trust root version 1
     * @param root        says whose signature a checkpoint needs
     */
    public static Verdict verify(Iterable<String> lines, Digest trustDomain, TrustRoot root) {
        Optional<Checkpoint> checkpoint = Optional.empty();
        long number = 0;
        long last = -1;
        long records = 0;
        for (String line : lines) {
            number++;
            try {
                Json.Obj object = JsonReader.object(line.getBytes(UTF_8));
                if (checkpoint.isEmpty()) {
                    checkpoint = Optional.of(signed(object, trustDomain, root));
                } else {
                    last = included(object, last, checkpoint.get());
                    records++;
                }
            } catch (JsonException | IllegalArgumentException e) {
                return new Verdict.Broken(number, String.valueOf(e.getMessage()));
            }
        }
        long found = records;
        return checkpoint
                .<Verdict>map(c -> new Verdict.Genuine(c, found))
                .orElseGet(() -> new Verdict.Broken(0, "the export is empty (expected: a checkpoint and records)"));
    }

    private static Checkpoint signed(Json.Obj line, Digest trustDomain, TrustRoot root) {
        expect(line, "checkpoint");
        Envelope envelope = Envelope.parse(JsonWriter.canonical(line.object("envelope")));
        if (!signedBy(envelope, root.roles().log(), root)) {
            throw new IllegalArgumentException(
                    "checkpoint: not signed by the log key of this hub (is it another hub's export?)");
        }
        Checkpoint checkpoint = Checkpoint.parse(JsonReader.statement(envelope.payload(), Limits.STATEMENT_BYTES));
        boolean ours = checkpoint.trustDomain().equals(trustDomain)
                && checkpoint.origin().equals(LogIdentity.origin(trustDomain, checkpoint.epoch()));
        if (!ours) {
            throw new IllegalArgumentException(
                    "checkpoint: of the log " + checkpoint.origin() + " (expected: the log of " + trustDomain + ")");
        }
        return checkpoint;
    }

    private static boolean signedBy(Envelope envelope, Role role, TrustRoot root) {
        byte[] pae = envelope.pae();
        Set<String> signers = new HashSet<>();
        for (String keyId : role.keyIds()) {
            root.findKey(keyId).flatMap(key -> key.publicKey()).ifPresent(key -> {
                if (envelope.signatures().stream().anyMatch(s -> EcdsaP256.verifies(key, pae, s.sig()))) {
                    signers.add(keyId);
                }
            });
        }
        return signers.size() >= role.threshold();
    }

    private static long included(Json.Obj line, long last, Checkpoint checkpoint) {
        expect(line, "record");
        long index = line.integer("index");
        if (index <= last) {
            throw new IllegalArgumentException(
                    "index: " + index + " after " + last + " (expected: each record once, in order)");
        }
        List<Digest> path = new ArrayList<>();
        line.strings("proof").forEach(hash -> path.add(Digest.parse(hash)));
        Digest leaf = MerkleTree.leafHash(line.string("leaf").getBytes(UTF_8));
        if (!MerkleTree.verifyInclusion(leaf, index, checkpoint.size(), path, checkpoint.root())) {
            throw new IllegalArgumentException("record " + index
                    + ": not in the log that was signed (it was changed, moved, or belongs to another log)");
        }
        return index;
    }

    private static void expect(Json.Obj line, String type) {
        if (!line.string("type").equals(type)) {
            throw new IllegalArgumentException("type: " + line.string("type") + " (expected: " + type + ")");
        }
    }
}
