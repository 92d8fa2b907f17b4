package io.wherry.contract.verify;

import io.wherry.contract.EcdsaP256;
import io.wherry.contract.Envelope;
import io.wherry.contract.Role;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.TrustedKey;
import java.security.PublicKey;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Counts who signed. */
public final class Signatures {
    private Signatures() {}

    /**
     * How many distinct keys of the role have a good signature in the envelope. Junk does not count and does no harm; a key that signed
     * twice counts once; a key of an unknown algorithm counts as absent.
     */
    public static int distinctKeys(Envelope envelope, TrustRoot root, Role role) {
        return signers(envelope, root, role).size();
    }

    /** Ids of the role's keys that have a good signature in the envelope, found as {@link #distinctKeys} counts them. */
    public static Set<String> signers(Envelope envelope, TrustRoot root, Role role) {
        byte[] pae = envelope.pae();
        Set<String> signed = new HashSet<>();
        for (Envelope.Signature signature : envelope.signatures()) {
            candidates(signature, role, signed).stream()
                    .filter(keyId -> isGood(root, keyId, pae, signature))
                    .findFirst()
                    .ifPresent(signed::add);
        }
        return Set.copyOf(signed);
    }

    /** The key id is a hint: with one of the role's ids that key alone is tried, without it each that has not signed yet. */
    private static List<String> candidates(Envelope.Signature signature, Role role, Set<String> signed) {
        return role.keyIds().contains(signature.keyId())
                ? List.of(signature.keyId())
                : role.keyIds().stream().filter(id -> !signed.contains(id)).toList();
    }

    private static boolean isGood(TrustRoot root, String keyId, byte[] pae, Envelope.Signature signature) {
        Optional<PublicKey> key = root.findKey(keyId).flatMap(TrustedKey::publicKey);
        return key.isPresent() && EcdsaP256.verifies(key.get(), pae, signature.sig());
    }
}
