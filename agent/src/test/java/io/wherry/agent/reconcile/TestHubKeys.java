package io.wherry.agent.reconcile;

import io.wherry.agent.state.AgentState;
import io.wherry.contract.Acknowledgement;
import io.wherry.contract.AgentId;
import io.wherry.contract.Assignment;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.Entry;
import io.wherry.contract.Envelope;
import io.wherry.contract.PublicKeyId;
import io.wherry.contract.Role;
import io.wherry.contract.Roles;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.TrustedKey;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The keys of a hub, and what it signs with them. */
public final class TestHubKeys {
    public final KeyPair rootKey = pair();
    public final KeyPair hub = pair();
    public final KeyPair release = pair();
    public final KeyPair log = pair();
    public final TrustRoot root = new TrustRoot(
            1,
            1,
            Instant.parse("2026-01-01T00:00:00Z"),
            List.of(
                    TrustedKey.of(rootKey.getPublic()),
                    TrustedKey.of(hub.getPublic()),
                    TrustedKey.of(release.getPublic()),
                    TrustedKey.of(log.getPublic())),
            new Roles(role(rootKey), role(hub), role(log), new TreeMap<>(Map.of("*", role(release)))),
            List.of(Digest.of(new byte[] {1})),
            "0.0.0",
            "0.0.0");
    public final byte[] rootEnvelope =
            Envelope.sign(root.toStatement(), EcdsaSigner.of(rootKey)).toJson();
    public final Digest trustDomain = Digest.of(root.toStatement());

    /** The root after another, with a new root key; signed by both root keys. */
    public Rotated rotate(TrustRoot before, KeyPair oldRoot) {
        KeyPair fresh = pair();
        List<TrustedKey> keys = new ArrayList<>(before.keys());
        keys.removeIf(key -> key.keyId().equals(PublicKeyId.of(oldRoot.getPublic())));
        keys.add(TrustedKey.of(fresh.getPublic()));
        Roles roles = before.roles();
        TrustRoot next = new TrustRoot(
                before.version() + 1,
                before.epoch(),
                before.issuedAt(),
                keys,
                new Roles(role(fresh), roles.hub(), roles.log(), roles.release()),
                before.caPins(),
                before.minimumAgentVersion(),
                before.minimumHubVersion());
        return new Rotated(
                next,
                fresh,
                Envelope.sign(next.toStatement(), EcdsaSigner.of(oldRoot), EcdsaSigner.of(fresh))
                        .toJson());
    }

    /** The second root: releases for this environment need so many of these keys. */
    byte[] approvers(String environment, int threshold, KeyPair... approvers) {
        List<TrustedKey> keys = new ArrayList<>(root.keys());
        List<String> ids = new ArrayList<>();
        for (KeyPair approver : approvers) {
            keys.add(TrustedKey.of(approver.getPublic()));
            ids.add(PublicKeyId.of(approver.getPublic()));
        }
        var roles = new TreeMap<>(root.roles().release());
        roles.put(environment, new Role(ids, threshold));
        TrustRoot next = new TrustRoot(
                2,
                root.epoch(),
                root.issuedAt(),
                keys,
                new Roles(root.roles().root(), root.roles().hub(), root.roles().log(), roles),
                root.caPins(),
                root.minimumAgentVersion(),
                root.minimumHubVersion());
        return Envelope.sign(next.toStatement(), EcdsaSigner.of(rootKey)).toJson();
    }

    /** A root, the key that signs the next one, and its envelope. */
    public record Rotated(TrustRoot root, KeyPair key, byte[] envelope) {}

    private static Role role(KeyPair key) {
        return Role.of(PublicKeyId.of(key.getPublic()));
    }

    static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("P-256: not available", e);
        }
    }

    public byte[] assignment(
            AgentState state, long sequence, Optional<Digest> previous, Instant now, Entry... entries) {
        return assignment(state, sequence, previous, now, List.of(), entries);
    }

    /** "Your receipts up to this one are here", by one of this hub's keys. */
    public byte[] acknowledgement(AgentId agent, long counter, Digest receipt, Instant now, KeyPair key) {
        Acknowledgement acknowledgement = new Acknowledgement(trustDomain, agent, root.epoch(), counter, receipt, now);
        return Envelope.sign(acknowledgement.toStatement(), EcdsaSigner.of(key)).toJson();
    }

    /** With images that come in the same file. */
    public byte[] assignment(
            AgentState state,
            long sequence,
            Optional<Digest> previous,
            Instant now,
            List<CarriedImage> images,
            Entry... entries) {
        Assignment assignment = new Assignment(
                trustDomain,
                state.membership().agentId(),
                state.keys().identityHash(),
                1,
                sequence,
                previous,
                now,
                now.plus(Duration.ofDays(30)),
                List.of("localhost:8444"),
                List.of(entries),
                images,
                List.of());
        return Envelope.sign(assignment.toStatement(), EcdsaSigner.of(hub)).toJson();
    }
}
