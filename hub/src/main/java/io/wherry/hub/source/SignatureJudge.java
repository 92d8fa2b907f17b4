package io.wherry.hub.source;

import io.wherry.base.Causes;
import io.wherry.hub.registry.Keyring;
import io.wherry.hub.resource.AllowedSigner;
import io.wherry.hub.resource.Ref;
import io.wherry.hub.resource.SignatureRules;
import io.wherry.hub.resource.SshPublicKey;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;

/**
 * Whether a commit, or the tag that names it, carries a signature by a key that the source allows. Judges the object that would be given out and no other: what
 * was merged into it is as good as whoever signed it says.
 */
final class SignatureJudge {
    private static final String NAMESPACE = "git";
    private static final String SIGN = "sign it: git commit --amend -S, or git tag -s";

    private final SignatureRules rules;
    private final InstantSource clock;

    SignatureJudge(SignatureRules rules, InstantSource clock) {
        this.rules = rules;
        this.clock = clock;
    }

    /** Where in the repository: what is followed, what it holds, and the commit behind that. */
    record Place(Repository repository, Ref ref, ObjectId held, ObjectId commit) {
        boolean annotated() {
            return !held.equals(commit);
        }
    }

    /**
     * Whose signature it is, as one line: {@code openpgp FINGERPRINT (NAME)} or {@code ssh FINGERPRINT (PRINCIPALS)}.
     *
     * @throws SourceFailure with a reason of signatures
     */
    String signer(Place place) throws IOException {
        String commit = "commit " + place.commit().abbreviate(12).name();
        if (place.ref() instanceof Ref.Tag tag && rules.tags()) {
            String name = "tag \"" + tag.name() + "\" at " + commit;
            if (!place.annotated()) {
                throw new SourceFailure(
                        SourceReason.NOT_SIGNED,
                        name + " is a lightweight tag, which can carry no signature",
                        "git tag -s makes a signed one; or verify commitSignatures alone");
            }
            return signer(name, place.repository(), place.held(), Constants.OBJ_TAG);
        }
        if (!rules.commits()) {
            throw new SourceFailure(
                    SourceReason.NOT_SIGNED,
                    commit + " is followed by " + place.ref().type() + " \""
                            + place.ref().name()
                            + "\", and the source wants the signatures of tags (verify.tagSignatures) alone",
                    "follow a signed tag, or set verify.commitSignatures too");
        }
        return signer(commit, place.repository(), place.commit(), Constants.OBJ_COMMIT);
    }

    private String signer(String name, Repository repository, AnyObjectId id, int type) throws IOException {
        SignedObject object;
        try (ObjectReader reader = repository.newObjectReader()) {
            byte[] raw = reader.open(id, type).getBytes(SignedObject.MAX_BYTES);
            object = type == Constants.OBJ_TAG ? SignedObject.tag(raw) : SignedObject.commit(raw);
        } catch (IllegalArgumentException e) {
            throw new SourceFailure(SourceReason.SIGNATURE_INVALID, name + " " + e.getMessage(), SIGN, e);
        } catch (org.eclipse.jgit.errors.LargeObjectException e) {
            throw new SourceFailure(
                    SourceReason.SIGNATURE_INVALID,
                    name + " has more than " + SignedObject.MAX_BYTES + " bytes of message and signature",
                    "shorten its message",
                    e);
        }
        if (object.signature().isEmpty()) {
            throw new SourceFailure(
                    SourceReason.NOT_SIGNED,
                    name + " is not signed",
                    SIGN + "; allowed keys stand in the source's verify");
        }
        return object.isSsh() ? bySsh(name, object) : byOpenPgp(name, object);
    }

    private String byOpenPgp(String name, SignedObject object) throws SourceFailure {
        if (rules.openpgp().isEmpty()) {
            throw new SourceFailure(
                    SourceReason.SIGNED_BY_UNKNOWN_KEY,
                    name + " is signed by a key of OpenPGP, and the source's verify has no openpgpKeys",
                    "add the key's export (gpg --armor --export KEY), or have it signed by an allowed key");
        }
        try {
            return "openpgp "
                    + Keyring.parse("verify.openpgpKeys", rules.openpgp().get())
                            .signer(object.signature().orElseThrow(), object.payload(), clock.instant());
        } catch (Keyring.Refused e) {
            throw new SourceFailure(reason(e.flaw()), name + " " + e.getMessage(), hint(e.flaw()), e);
        }
    }

    private static SourceReason reason(Keyring.Flaw flaw) {
        return switch (flaw) {
            case UNREADABLE, CHANGED, OTHER -> SourceReason.SIGNATURE_INVALID;
            case UNKNOWN_KEY -> SourceReason.SIGNED_BY_UNKNOWN_KEY;
            case EXPIRED -> SourceReason.SIGNING_KEY_EXPIRED;
            case WEAK -> SourceReason.SIGNATURE_TOO_WEAK;
        };
    }

    private static String hint(Keyring.Flaw flaw) {
        return switch (flaw) {
            case UNREADABLE, CHANGED, OTHER -> SIGN + " anew, and find out who changed it";
            case UNKNOWN_KEY -> "if you trust that key, add its export to verify.openpgpKeys; else have it signed anew";
            case EXPIRED -> "sign with a key that is valid; if it was prolonged, put its newer export into the source";
            case WEAK -> "sign with SHA-256 or more (gpg: personal-digest-preferences SHA512)";
        };
    }

    private String bySsh(String name, SignedObject object) throws SourceFailure {
        SshSignature signature;
        try {
            signature = SshSignature.parse(object.signature().orElseThrow());
        } catch (IllegalArgumentException e) {
            throw new SourceFailure(
                    SourceReason.SIGNATURE_INVALID, name + " has a signature that " + Causes.words(e), SIGN, e);
        }
        String key = SshPublicKey.fingerprint(signature.key());
        List<AllowedSigner> signers = rules.signers().stream()
                .filter(one -> java.util.Arrays.equals(one.key().blob(), signature.key()))
                .toList();
        if (signers.isEmpty()) {
            throw new SourceFailure(
                    SourceReason.SIGNED_BY_UNKNOWN_KEY,
                    name + " is signed by the SSH key " + key + ", which is not in the source's verify.allowedSigners",
                    "if you trust that key, add its line; else have it signed anew by an allowed key");
        }
        if (signature.isWeak()) {
            throw new SourceFailure(
                    SourceReason.SIGNATURE_TOO_WEAK,
                    name + " has a signature of key " + key + " by " + signature.algorithm() + " over "
                            + signature.hash(),
                    "sign with a newer ssh-keygen, which takes SHA-512");
        }
        if (!signature.isOf(object.payload(), signers.getFirst().key())) {
            throw new SourceFailure(
                    SourceReason.SIGNATURE_INVALID,
                    name + " has a signature of key " + key + " that is not of these bytes",
                    SIGN + " anew, and find out who changed it");
        }
        return "ssh " + key + " ("
                + requireCounts(name, key, signature, object, signers).principals() + ")";
    }

    /** The first line of this key that allows it. */
    private AllowedSigner requireCounts(
            String name, String key, SshSignature signature, SignedObject object, List<AllowedSigner> signers)
            throws SourceFailure {
        if (!signature.namespace().equals(NAMESPACE) || signers.stream().noneMatch(one -> one.mayFor(NAMESPACE))) {
            throw new SourceFailure(
                    SourceReason.SIGNED_FOR_ANOTHER_USE,
                    name + " has a signature of key " + key
                            + (signature.namespace().equals(NAMESPACE)
                                    ? ", which may not sign for Git by its namespaces in verify.allowedSigners"
                                    : " that was made for something else than Git"),
                    "sign it with git itself, and allow the namespace git");
        }
        Instant now = clock.instant();
        return signers.stream()
                .filter(one -> one.mayFor(NAMESPACE)
                        && one.validAt(now)
                        && object.time().filter(one::validAt).isPresent())
                .findFirst()
                .orElseThrow(() -> new SourceFailure(
                        SourceReason.SIGNING_KEY_EXPIRED,
                        name + " is signed by key " + key + " of "
                                + signers.getFirst().principals()
                                + " outside of the time for which verify.allowedSigners allows it",
                        "sign with a key that is valid, or change valid-after and valid-before"));
    }

    /**
     * A verdict that is kept with what it was reached by.
     *
     * @param rules {@link SignatureRules#digest}
     */
    public record Signed(String rules, String signer) {
        static Optional<Signed> parse(String text) {
            int blank = text.indexOf(' ');
            return blank < 0
                    ? Optional.empty()
                    : Optional.of(new Signed(text.substring(0, blank), text.substring(blank + 1)));
        }

        String text() {
            return rules + " " + signer;
        }
    }
}
