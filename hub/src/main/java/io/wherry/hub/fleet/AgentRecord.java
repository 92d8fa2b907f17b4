package io.wherry.hub.fleet;

import static java.util.Objects.requireNonNull;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaP256;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Optional;

/**
 * One agent as the hub knows it: identity, keys and what it says of itself. Labels and variables are in its {@code Agent} resource.
 *
 * @param keyHash     SHA-256 of the identity key's SubjectPublicKeyInfo: stands in every assignment, and its receipts are judged by this key
 * @param key         that SubjectPublicKeyInfo, 91 bytes
 * @param sealingKey  raw X25519 public key, 32 bytes
 * @param environment as fixed by the site at join; empty: none
 * @param tokenId     the join token it came with
 * @param fingerprint what both sides show for comparison while it is pending
 * @param certificateExpires when its newest certificate ends; empty: none was issued yet
 */
public record AgentRecord(
        AgentId id,
        String name,
        AgentState state,
        Digest keyHash,
        byte[] key,
        byte[] sealingKey,
        String environment,
        String tokenId,
        String fingerprint,
        Optional<Instant> certificateExpires,
        AgentFacts facts,
        String factsDigest,
        Instant created) {
    public AgentRecord {
        requireNonNull(id, "id");
        requireNonNull(state, "state");
        requireNonNull(keyHash, "keyHash");
        key = key.clone();
        sealingKey = sealingKey.clone();
    }

    /** The key that its receipts are verified with. */
    public PublicKey publicKey() {
        return EcdsaP256.publicKey(key);
    }

    public boolean served() {
        return state.served();
    }

    /** Whether it bears its name: no other agent may, until it is retired or denied. */
    public boolean named() {
        return served() || state == AgentState.PENDING;
    }

    /** Served only until all that it runs is gone. */
    public boolean retiring() {
        return state == AgentState.RETIRING;
    }
}
