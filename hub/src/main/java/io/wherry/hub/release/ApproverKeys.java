package io.wherry.hub.release;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.wherry.base.Causes;
import io.wherry.contract.EcdsaP256;
import io.wherry.contract.Role;
import io.wherry.contract.Roles;
import io.wherry.contract.TrustedKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Who releases for which environment: the hub by itself, or people whose keys the hub never sees. Made known by the next trust root. */
public final class ApproverKeys {
    /** 4 KiB: a public key in PEM is below 200 bytes; room for a comment. */
    private static final int MAX_PEM_BYTES = 4 << 10;

    private ApproverKeys() {}

    /**
     * Lets an environment take only what so many of these keys have signed. The hub must not run.
     *
     * @param environment a name, or {@code *} for every environment without approvers of its own and for agents without one
     * @throws KeysException if one of the keys is the hub's own, the role is as it was, or a file cannot be read or written
     */
    public static Keys set(Path data, String environment, int threshold, List<TrustedKey> approvers, Instant now) {
        Keys before = Keys.open(data);
        for (TrustedKey key : approvers) {
            if (before.own().contains(key.keyId())) {
                throw new KeysException("key " + key.keyId()
                        + ": lies on this hub (an approver's key is made elsewhere and never comes here)");
            }
        }
        SortedMap<String, Role> release =
                new TreeMap<>(before.trustRoot().roles().release());
        Role role = role(approvers, threshold);
        if (role.equals(release.put(environment, role))) {
            throw new KeysException(
                    "environment " + environment + ": has these approvers already (nothing was changed)");
        }
        return publish(data, before, release, approvers, now);
    }

    private static Role role(List<TrustedKey> approvers, int threshold) {
        try {
            return new Role(approvers.stream().map(TrustedKey::keyId).toList(), threshold);
        } catch (IllegalArgumentException e) {
            throw new KeysException(
                    e.getMessage() + " (name each approver's key once, and a threshold up to their number)");
        }
    }

    /**
     * Lets the hub release by itself again: for every environment without approvers of its own ({@code *}), or for this one as for all those. The
     * hub must not run.
     *
     * @throws KeysException if the environment has no approvers of its own, or a file cannot be read or written
     */
    public static Keys clear(Path data, String environment, Instant now) {
        Keys before = Keys.open(data);
        SortedMap<String, Role> release =
                new TreeMap<>(before.trustRoot().roles().release());
        Optional<Role> had = Optional.ofNullable(release.remove(environment));
        Role hub = Role.of(before.release().keyId());
        if (had.isEmpty() || had.get().equals(hub)) {
            throw new KeysException(
                    "environment " + environment + ": has no approvers of its own (nothing was changed)");
        }
        if (environment.equals(Roles.ANY)) {
            release.put(Roles.ANY, hub);
        }
        return publish(data, before, release, List.of(), now);
    }

    private static Keys publish(
            Path data, Keys before, SortedMap<String, Role> release, List<TrustedKey> approvers, Instant now) {
        Roles were = before.trustRoot().roles();
        try {
            Roles roles = new Roles(were.root(), were.hub(), were.log(), release);
            Set<String> named = new HashSet<>(before.own());
            Stream.concat(Stream.of(were.root(), were.hub(), were.log()), release.values().stream())
                    .forEach(role -> named.addAll(role.keyIds()));
            List<TrustedKey> keys = new ArrayList<>(before.trustRoot().keys());
            approvers.stream()
                    .filter(key -> before.trustRoot().findKey(key.keyId()).isEmpty())
                    .forEach(keys::add);
            keys.removeIf(key -> !named.contains(key.keyId())); // of approvers that no environment has any longer
            return KeyRotation.publish(data, before, roles, keys, now);
        } catch (IllegalArgumentException e) {
            throw new KeysException(e.getMessage() + " (no trust root was made)");
        }
    }

    /**
     * Reads an approver's public key.
     *
     * @throws KeysException if the file cannot be read, holds a private key, or no P-256 key in PEM
     */
    public static TrustedKey read(Path file) {
        try {
            if (Files.size(file) > MAX_PEM_BYTES) {
                throw new KeysException(file + ": " + Files.size(file)
                        + " bytes (expected: a public key in PEM, at most " + MAX_PEM_BYTES + ")");
            }
            String text = Files.readString(file, US_ASCII);
            if (text.contains("PRIVATE KEY")) {
                throw new KeysException(
                        file
                                + ": holds a private key, which must never come to the hub (openssl pkey -in KEY -pubout writes the public one; make a new key if this one was here)");
            }
            return TrustedKey.of(EcdsaP256.publicKey(KeyFile.block(text, "PUBLIC KEY")));
        } catch (IOException e) {
            throw new KeysException(file + ": cannot be read: " + Causes.words(e) + " (name a public key in PEM)", e);
        } catch (IllegalArgumentException e) {
            throw new KeysException(
                    file + ": no P-256 public key in PEM: " + e.getMessage() + " (openssl pkey -in KEY -pubout)");
        }
    }
}
