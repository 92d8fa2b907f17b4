package io.wherry.contract;

import io.wherry.contract.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Who is trusted for what; version N + 1 is signed by the root roles of both (docs/reference/bundle-format.md#trust-root).
 *
 * <p>The trust domain is the digest of version 1's payload: the pin that a join token carries. Roots do not expire.
 *
 * @param version             1, 2, 3 …
 * @param epoch               1 or more, never falls; a new one resets the floor of sequences and sets the floor of time to {@code issuedAt}
 * @param keys                all keys of all roles, each once
 * @param caPins              SHA-256 of the SubjectPublicKeyInfo of each CA that may have signed the hub's certificate; 1 to 16
 * @param minimumAgentVersion agents below it refuse new assignments as too old; {@code 0.0.0} asks for nothing
 * @param minimumHubVersion   hubs below it refuse to serve; {@code 0.0.0} asks for nothing
 */
public record TrustRoot(
        long version,
        long epoch,
        Instant issuedAt,
        List<TrustedKey> keys,
        Roles roles,
        List<Digest> caPins,
        String minimumAgentVersion,
        String minimumHubVersion) {

    /** 16: one pin per CA in use, and its successors. */
    private static final int MAX_CA_PINS = 16;

    /** @throws IllegalArgumentException naming the field */
    public TrustRoot {
        Check.range("version", version, 1, Limits.INTEGER);
        Check.range("epoch", epoch, 1, Limits.INTEGER);
        issuedAt = Check.millis("issuedAt", issuedAt);
        keys = List.copyOf(keys);
        Check.range("keys", keys.size(), 1, Limits.KEYS);
        List<String> keyIds = keys.stream().map(TrustedKey::keyId).toList();
        Check.distinct("keys", keyIds);
        roles.all()
                .flatMap(role -> role.keyIds().stream())
                .forEach(id -> Check.that(keyIds.contains(id), "roles", id, "the id of one of the root's keys"));
        caPins = List.copyOf(caPins);
        Check.range("caPins", caPins.size(), 1, MAX_CA_PINS);
        Check.distinct("caPins", caPins);
        Version.parse(minimumAgentVersion);
        Version.parse(minimumHubVersion);
    }

    public Optional<TrustedKey> findKey(String keyId) {
        return keys.stream().filter(key -> key.keyId().equals(keyId)).findFirst();
    }

    /** The canonical bytes to be signed. */
    public byte[] toStatement() {
        return Statement.bytes(
                Statement.TRUST_ROOT,
                subjects(),
                Json.object()
                        .put("version", version)
                        .put("epoch", epoch)
                        .put("issuedAt", Codec.time(issuedAt))
                        .put(
                                "keys",
                                new Json.Arr(
                                        keys.stream().map(TrustedKey::toJson).collect(Collectors.toList())))
                        .put("roles", roles.toJson())
                        .put("caPins", caPins.stream().map(Digest::toString).toList())
                        .put("minimumAgentVersion", minimumAgentVersion)
                        .put("minimumHubVersion", minimumHubVersion)
                        .build());
    }

    private List<Statement.Subject> subjects() {
        return keys.stream()
                .map(key -> new Statement.Subject("key/" + key.keyId(), new Digest(key.keyId())))
                .toList();
    }

    /** @throws RuntimeException {@link io.wherry.contract.json.JsonException} or {@link IllegalArgumentException}, naming the field */
    public static TrustRoot parse(Json.Obj statement) {
        Json.Obj root = Statement.predicate(statement, Statement.TRUST_ROOT);
        TrustRoot parsed = new TrustRoot(
                root.integer("version"),
                root.integer("epoch"),
                Codec.time(root, "issuedAt"),
                root.objects("keys").stream().map(TrustedKey::parse).toList(),
                Roles.parse(root.object("roles")),
                Codec.digests(root, "caPins"),
                root.string("minimumAgentVersion"),
                root.string("minimumHubVersion"));
        Statement.checkSubjects(statement, parsed.subjects());
        return parsed;
    }
}
