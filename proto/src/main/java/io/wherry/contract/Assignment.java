package io.wherry.contract;

import io.wherry.contract.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The complete list of what one agent should run, signed by the hub role (docs/reference/bundle-format.md#assignment).
 *
 * @param trustDomain  digest of trust root version 1
 * @param agentKeyHash SHA-256 of the SubjectPublicKeyInfo of the agent's identity key
 * @param epoch        the trust root's
 * @param sequence     1, 2, 3 … within the epoch; rises at every issue, also for freshness
 * @param previous     digest of the payload of the assignment before; absent for the first of an epoch
 * @param expiresAt    no generation begins later than this; after {@code issuedAt} by at most {@link Limits#VALIDITY}
 * @param hubs         {@code host:port} of the hubs, in the order to try them; at most {@link Limits#HUBS}
 * @param entries      at most {@link Limits#ENTRIES}, each stack once; a stack that runs and is not listed refuses the assignment
 * @param images       what the bundle file beside it brings, each name once; at most {@link Limits#CARRIED_IMAGES}, none over the link
 * @param crit         features that an agent must understand
 */
public record Assignment(
        Digest trustDomain,
        AgentId agentId,
        Digest agentKeyHash,
        long epoch,
        long sequence,
        Optional<Digest> previous,
        Instant issuedAt,
        Instant expiresAt,
        List<String> hubs,
        List<Entry> entries,
        List<CarriedImage> images,
        List<String> crit) {

    /** @throws IllegalArgumentException naming the field */
    public Assignment {
        Check.range("epoch", epoch, 1, Limits.INTEGER);
        Check.range("sequence", sequence, 1, Limits.INTEGER);
        issuedAt = Check.millis("issuedAt", issuedAt);
        expiresAt = Check.millis("expiresAt", expiresAt);
        Check.that(
                expiresAt.isAfter(issuedAt) && !expiresAt.isAfter(issuedAt.plus(Limits.VALIDITY)),
                "expiresAt",
                expiresAt,
                "after issuedAt, by at most " + Limits.VALIDITY.toDays() + " days");
        hubs = HubAddress.list(hubs);
        entries = List.copyOf(entries);
        Check.count("entries", entries, Limits.ENTRIES);
        Check.distinct("entries", entries.stream().map(Entry::stack).toList());
        images = List.copyOf(images);
        Check.count("images", images, Limits.CARRIED_IMAGES);
        Check.distinct("images", images.stream().map(CarriedImage::name).toList());
        crit = Check.features("crit", crit);
    }

    public Optional<Entry> findEntry(StackId stack) {
        return entries.stream().filter(entry -> entry.stack().equals(stack)).findFirst();
    }

    /** The canonical bytes to be signed. */
    public byte[] toStatement() {
        Json.Builder assignment = Json.object()
                .put("trustDomain", trustDomain.toString())
                .put("agentId", agentId.value())
                .put("agentKeyHash", agentKeyHash.toString())
                .put("epoch", epoch)
                .put("sequence", sequence)
                .putIf("previous", previous.map(Digest::toString))
                .put("issuedAt", Codec.time(issuedAt))
                .put("expiresAt", Codec.time(expiresAt))
                .put("hubs", hubs)
                .put("entries", new Json.Arr(entries.stream().map(Entry::toJson).toList()))
                .put("crit", crit);
        if (!images.isEmpty()) { // older agents have no use for an empty list, and equal assignments keep their bytes
            assignment.put(
                    "images",
                    new Json.Arr(images.stream().map(CarriedImage::toJson).toList()));
        }
        return Statement.bytes(Statement.ASSIGNMENT, subjects(), assignment.build());
    }

    private List<Statement.Subject> subjects() {
        return List.of(new Statement.Subject("agent/" + agentId, agentKeyHash));
    }

    /** @throws RuntimeException {@link io.wherry.contract.json.JsonException} or {@link IllegalArgumentException}, naming the field */
    public static Assignment parse(Json.Obj statement) {
        Json.Obj assignment = Statement.predicate(statement, Statement.ASSIGNMENT);
        Assignment parsed = new Assignment(
                Codec.digest(assignment, "trustDomain"),
                AgentId.parse(assignment.string("agentId")),
                Codec.digest(assignment, "agentKeyHash"),
                assignment.integer("epoch"),
                assignment.integer("sequence"),
                Codec.findDigest(assignment, "previous"),
                Codec.time(assignment, "issuedAt"),
                Codec.time(assignment, "expiresAt"),
                assignment.strings("hubs"),
                assignment.objects("entries").stream().map(Entry::parse).toList(),
                assignment.find("images").isEmpty()
                        ? List.of()
                        : assignment.objects("images").stream()
                                .map(CarriedImage::parse)
                                .toList(),
                assignment.strings("crit"));
        Statement.checkSubjects(statement, parsed.subjects());
        return parsed;
    }
}
