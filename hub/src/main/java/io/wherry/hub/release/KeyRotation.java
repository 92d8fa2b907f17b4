package io.wherry.hub.release;

import io.wherry.base.Causes;
import io.wherry.base.DurableFiles;
import io.wherry.contract.Digest;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.Role;
import io.wherry.contract.Roles;
import io.wherry.contract.Signer;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.TrustedKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * New keys for some roles, made known by the next trust root, which the old and the new root key sign.
 *
 * <p>The new keys are on the disk before the root that names them, and take the place of the old ones after it: whenever the power goes, the
 * newest root and the keys that are read fit together.
 */
public final class KeyRotation {
    private KeyRotation() {}

    /**
     * Rotates. The hub must not run.
     *
     * @return the keys from now on
     * @throws KeysException if the chain is as long as agents take, or a file cannot be written
     */
    public static Keys rotate(Path data, Set<KeyRole> roles, SecureRandom random, Instant now) {
        return rotate(data, roles, Optional.empty(), random, now);
    }

    /**
     * The same, and another certificate authority.
     *
     * @param caPin SHA-256 of the public key of the next authority, in place of the present ones; empty: they stay
     */
    public static Keys rotate(Path data, Set<KeyRole> roles, Optional<Digest> caPin, SecureRandom random, Instant now) {
        Keys before = Keys.open(data);
        TrustRoot root = before.trustRoot();
        requireRoom(data, root.version() + 1);
        try {
            finish(data, root);
            Map<KeyRole, KeyFile> made = new EnumMap<>(KeyRole.class);
            for (KeyRole role : roles) {
                KeyFile key = KeyFile.generate(random);
                key.write(next(Keys.file(data, role.word())));
                made.put(role, key);
            }
            List<Digest> pins = caPin.map(List::of).orElse(root.caPins());
            TrustRoot successor = successor(before, made, pins, root.epoch(), now);
            Signer[] signers = Stream.concat(
                            Stream.of(before.root()),
                            Stream.ofNullable(made.get(KeyRole.ROOT)).map(KeyFile::signer))
                    .toArray(Signer[]::new);
            write(data, successor, signers);
            finish(data, successor);
        } catch (IOException e) {
            throw new KeysException(data + ": the keys cannot be written: " + Causes.named(e), e);
        }
        return Keys.open(data);
    }

    /**
     * Begins a new epoch with the same keys: what was issued before counts no longer, and sequences begin anew. The hub must not run.
     *
     * @param version the new root's, at least; where agents follow a root already that this hub does not know, one above that
     * @param epoch   the new root's; higher than the present one
     * @return the keys from now on
     * @throws KeysException if the chain is as long as agents take, or a file cannot be written
     */
    public static Keys beginEpoch(Path data, long version, long epoch, Instant now) {
        Keys keys = Keys.open(data);
        if (epoch <= keys.epoch()) {
            throw new IllegalArgumentException("epoch: " + epoch + " (expected: above " + keys.epoch() + ")");
        }
        keys.follow(Math.max(version, keys.trustRoot().version() + 1), epoch, now);
        return Keys.open(data);
    }

    /** The next root with the same keys, on the disk when this returns. */
    static byte[] append(Path data, Keys before, long epoch, Instant now) throws IOException {
        TrustRoot successor = successor(before, Map.of(), before.trustRoot().caPins(), epoch, now);
        return write(data, successor, before.root());
    }

    /** The next root, with other roles and keys; on the disk when this returns. The hub must not run. */
    static Keys publish(Path data, Keys before, Roles roles, List<TrustedKey> keys, Instant now) {
        TrustRoot root = before.trustRoot();
        requireRoom(data, root.version() + 1);
        TrustRoot next = after(root, root.epoch(), keys, roles, root.caPins(), now);
        try {
            finish(data, root);
            write(data, next, before.root());
        } catch (IOException e) {
            throw new KeysException(data + ": the trust root cannot be written: " + Causes.named(e), e);
        }
        return Keys.open(data);
    }

    static void requireRoom(Path data, long version) {
        if (version > Limits.ROOT_CHAIN) {
            throw new KeysException(
                    Keys.roots(data) + ": trust root " + version + " would be above " + Limits.ROOT_CHAIN
                            + ", as many as a joining agent takes (begin a new trust domain: wherry-hub init)");
        }
    }

    private static byte[] write(Path data, TrustRoot root, Signer... signers) throws IOException {
        byte[] envelope = Envelope.sign(root.toStatement(), signers).toJson();
        DurableFiles.writeReadable(Keys.roots(data).resolve(root.version() + ".json"), envelope);
        return envelope;
    }

    private static TrustRoot successor(
            Keys before, Map<KeyRole, KeyFile> made, List<Digest> caPins, long epoch, Instant now) {
        TrustRoot root = before.trustRoot();
        Roles roles = root.roles();
        List<TrustedKey> keys = new ArrayList<>(root.keys());
        for (Map.Entry<KeyRole, KeyFile> one : made.entrySet()) {
            String old = before.signer(one.getKey().word()).keyId();
            String fresh = one.getValue().signer().keyId();
            roles = one.getKey().change(roles, role -> replaced(role, old, fresh));
            keys.removeIf(key -> key.keyId().equals(old));
            keys.add(TrustedKey.of(one.getValue().publicKey()));
        }
        return after(root, epoch, keys, roles, caPins, now);
    }

    /** The one after a root: what is not given stays, and its time does not fall. */
    private static TrustRoot after(
            TrustRoot root, long epoch, List<TrustedKey> keys, Roles roles, List<Digest> caPins, Instant now) {
        Instant at = now.truncatedTo(ChronoUnit.MILLIS);
        return new TrustRoot(
                root.version() + 1,
                epoch,
                at.isAfter(root.issuedAt()) ? at : root.issuedAt(),
                keys,
                roles,
                caPins,
                root.minimumAgentVersion(),
                root.minimumHubVersion());
    }

    /** A role that other people's keys are in, too, keeps those. */
    private static Role replaced(Role role, String old, String fresh) {
        return new Role(
                role.keyIds().stream().map(id -> id.equals(old) ? fresh : id).toList(), role.threshold());
    }

    /** Puts the keys that this root names in their places; those of a rotation that never came to its root are thrown away. */
    private static void finish(Path data, TrustRoot root) throws IOException {
        for (KeyRole role : KeyRole.values()) {
            Path place = Keys.file(data, role.word());
            Path next = next(place);
            if (Files.exists(next)) {
                String keyId = KeyFile.read(next).signer().keyId();
                if (root.findKey(keyId).isPresent()) {
                    DurableFiles.move(next, place);
                } else {
                    Files.delete(next);
                }
            }
        }
        DurableFiles.syncDirectory(Keys.keys(data));
    }

    static Path next(Path key) {
        return key.resolveSibling(key.getFileName() + ".next");
    }
}
