package io.wherry.hub.registry;

import io.wherry.base.Causes;
import io.wherry.hub.resource.ChartKeyring;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPObjectFactory;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;
import org.bouncycastle.openpgp.api.OpenPGPCertificate.OpenPGPComponentKey;
import org.bouncycastle.openpgp.api.OpenPGPImplementation;
import org.bouncycastle.openpgp.api.OpenPGPKeyReader;
import org.bouncycastle.openpgp.api.OpenPGPSignature.OpenPGPDocumentSignature;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPImplementation;
import org.jspecify.annotations.Nullable;

/**
 * Judges signatures of OpenPGP by the keys of a stack, or of a source. The one class that knows the library for it, which is loaded where something must be
 * signed alone.
 */
public final class Keyring {
    private static final String FIELD = "helm.chartFrom.verify.keyring";

    /** No SHA-1, no MD5, nothing that is gone: whoever can make two files with one digest has both signed. */
    private static final Set<Integer> HASHES = Set.of(
            HashAlgorithmTags.SHA224,
            HashAlgorithmTags.SHA256,
            HashAlgorithmTags.SHA384,
            HashAlgorithmTags.SHA512,
            HashAlgorithmTags.SHA3_256,
            HashAlgorithmTags.SHA3_512);

    /** More than the keys of 64 KiB, or the signatures of one text, ever are. */
    private static final int MAX_SIGNATURES = 16;

    private static final OpenPGPImplementation OPENPGP = new BcOpenPGPImplementation();

    private final String field;
    private final List<OpenPGPCertificate> certificates;

    private Keyring(String field, List<OpenPGPCertificate> certificates) {
        this.field = field;
        this.certificates = certificates;
    }

    /** Why a signature does not count. */
    public enum Flaw {
        UNREADABLE,
        UNKNOWN_KEY,
        CHANGED,
        /** The key or the signature has expired, or the key was revoked. */
        EXPIRED,
        WEAK,
        /** The rules of OpenPGP forbid it. */
        OTHER
    }

    /** A signature that does not count. The message goes on after the name of what is signed. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        private final Flaw flaw;
        private final String hint;

        Refused(Flaw flaw, String detail, String hint, @Nullable Throwable cause) {
            super(detail, cause);
            this.flaw = flaw;
            this.hint = hint;
        }

        public Flaw flaw() {
            return flaw;
        }

        public String hint() {
            return hint;
        }
    }

    static Keyring parse(ChartKeyring keyring) throws Refused {
        return parse(FIELD, keyring.armored());
    }

    /**
     * Reads public keys.
     *
     * @param field   where they stand, for messages
     * @param armored as {@code gpg --armor --export} writes them
     */
    public static Keyring parse(String field, String armored) throws Refused {
        List<OpenPGPCertificate> certificates;
        try {
            certificates = new OpenPGPKeyReader(OPENPGP, OPENPGP.policy()).parseCertificates(armored);
        } catch (IOException | RuntimeException e) { // the library reads what people pasted, and throws of all kinds
            throw new Refused(
                    Flaw.UNREADABLE,
                    "cannot be judged: " + field + " cannot be read: " + Causes.words(e),
                    "write what gpg --armor --export KEY prints, whole",
                    e);
        }
        if (certificates.isEmpty()) {
            throw new Refused(
                    Flaw.UNREADABLE,
                    "cannot be judged: " + field + " holds no key",
                    "write what gpg --armor --export KEY prints",
                    null);
        }
        return new Keyring(field, certificates);
    }

    /**
     * Whose signature it is.
     *
     * @param now when the key must be valid, as it must have been when it signed
     * @return the fingerprint of a key of this ring, and its name
     */
    String signer(ClearSigned message, Instant now) throws Refused {
        return signer(message.signature(), message.signedBytes(), PGPSignature.CANONICAL_TEXT_DOCUMENT, now);
    }

    /**
     * Whose signature it is, of bytes as they are ({@code gpg --detach-sign}).
     *
     * @param armored the signature
     * @param now     when the key must be valid, as it must have been when it signed
     * @return the fingerprint of a key of this ring, and its name
     */
    public String signer(byte[] armored, byte[] signed, Instant now) throws Refused {
        return signer(armored, signed, PGPSignature.BINARY_DOCUMENT, now);
    }

    private String signer(byte[] armored, byte[] signed, int type, Instant now) throws Refused {
        List<PGPSignature> signatures = signatures(armored);
        Refused first = null;
        for (PGPSignature signature : signatures) {
            try {
                return signer(signature, signed, type, now);
            } catch (Refused e) {
                first = first == null ? e : first;
            }
        }
        throw first == null
                ? new Refused(Flaw.UNREADABLE, "holds no signature", "sign it: helm package --sign", null)
                : first;
    }

    private static List<PGPSignature> signatures(byte[] armored) throws Refused {
        List<PGPSignature> found = new ArrayList<>();
        try (ArmoredInputStream in = new ArmoredInputStream(new ByteArrayInputStream(armored))) {
            PGPObjectFactory objects = OPENPGP.pgpObjectFactory(new ByteArrayInputStream(in.readAllBytes()));
            for (Object object = objects.nextObject(); object != null; object = objects.nextObject()) {
                if (!(object instanceof PGPSignatureList list) || found.size() + list.size() > MAX_SIGNATURES) {
                    throw new IOException("it is not a list of up to " + MAX_SIGNATURES + " signatures");
                }
                list.forEach(found::add);
            }
        } catch (IOException | RuntimeException e) { // the library reads what a stranger made, and throws of all kinds
            throw new Refused(
                    Flaw.UNREADABLE,
                    "has a signature that cannot be read: " + Causes.words(e),
                    "sign it: helm package --sign",
                    e);
        }
        return found;
    }

    /** Of a signer's clock before ours: what is signed this minute is not refused for it. */
    private static final Duration CLOCKS = Duration.ofMinutes(5);

    private static Date later(Instant now, Instant signed) {
        return Date.from(signed.isAfter(now) && signed.isBefore(now.plus(CLOCKS)) ? signed : now);
    }

    private String signer(PGPSignature signature, byte[] text, int type, Instant ours) throws Refused {
        Date now = later(ours, signature.getCreationTime().toInstant());
        OpenPGPComponentKey key = key(signature);
        String named = named(key.getCertificate());
        OpenPGPDocumentSignature judged = new OpenPGPDocumentSignature(signature, key);
        try {
            if (!HASHES.contains(signature.getHashAlgorithm())) {
                throw new Refused(
                        Flaw.WEAK,
                        "has a signature of key " + named + " over a weak digest ("
                                + PGPUtil.getDigestName(signature.getHashAlgorithm()) + ")",
                        "ask who signs to take SHA-256 or SHA-512",
                        null);
            }
            signature.init(OPENPGP.pgpContentVerifierBuilderProvider(), key.getPGPPublicKey());
            signature.update(text);
            if (signature.getSignatureType() != type || !judged.verify()) {
                throw new Refused(
                        Flaw.CHANGED,
                        "was changed after key " + named + " signed it",
                        "ask who publishes the chart",
                        null);
            }
            requireValid(key, now);
            requireCounts(judged, named, now);
        } catch (PGPException | RuntimeException e) { // as above; its policy refuses weak hashes and keys by exception
            throw new Refused(
                    Flaw.OTHER,
                    "has a signature of key " + named + " that does not count: " + Causes.words(e),
                    "ask who publishes the chart to sign it anew",
                    e);
        }
        return named;
    }

    private OpenPGPComponentKey key(PGPSignature signature) throws Refused {
        return certificates.stream()
                .flatMap(one -> Optional.ofNullable(one.getSigningKeyFor(signature)).stream())
                .findFirst()
                .orElseThrow(() -> new Refused(
                        Flaw.UNKNOWN_KEY,
                        "is signed by key " + HexFormat.of().withUpperCase().toHexDigits(signature.getKeyID())
                                + ", and " + field + " has "
                                + certificates.stream().map(Keyring::named).collect(Collectors.joining(", ")),
                        "add that key if you trust it, or ask who publishes the chart",
                        null));
    }

    /** Its own lifetime, and whether the key was one that may sign: then, and now. */
    private static void requireCounts(OpenPGPDocumentSignature judged, String named, Date now)
            throws Refused, PGPException {
        Date until = judged.getExpirationTime();
        boolean expired = until != null && until.toInstant().isBefore(now.toInstant());
        if (expired || !judged.isValid() || !judged.isValidAt(now)) {
            throw new Refused(
                    expired ? Flaw.EXPIRED : Flaw.OTHER,
                    "has a signature of key " + named
                            + (expired ? " that was good until " + until.toInstant() : " that it may not make"),
                    "ask who publishes the chart to sign it anew",
                    null);
        }
    }

    private void requireValid(OpenPGPComponentKey key, Date now) throws Refused {
        OpenPGPCertificate certificate = key.getCertificate();
        if (key.getRevocation(now) != null || certificate.getRevocation(now) != null) {
            throw new Refused(
                    Flaw.EXPIRED,
                    "is signed by key " + named(certificate) + ", which was revoked",
                    "ask who publishes the chart for one that is signed by another key",
                    null);
        }
        for (OpenPGPComponentKey one : List.of(key, certificate.getPrimaryKey())) {
            Date until = one.getKeyExpirationDateAt(now);
            if (until != null && until.toInstant().isBefore(now.toInstant())) {
                throw new Refused(
                        Flaw.EXPIRED,
                        "is signed by key " + named(certificate) + ", which expired " + until.toInstant(),
                        "if it was prolonged: write the newer export of it as " + field,
                        null);
            }
        }
    }

    /** Fingerprint and first name. */
    private static String named(OpenPGPCertificate certificate) {
        String fingerprint =
                HexFormat.of().formatHex(certificate.getFingerprint()).toUpperCase(Locale.ROOT);
        return certificate.getAllUserIds().stream()
                .findFirst()
                .map(user -> fingerprint + " (" + shown(user.getUserId()) + ")")
                .orElse(fingerprint);
    }

    /** Somebody else wrote it: no control characters, and no book. */
    private static String shown(String name) {
        String plain = name.replaceAll("\\p{Cntrl}", "?");
        return plain.length() > 80 ? plain.substring(0, 80) + "…" : plain;
    }
}
