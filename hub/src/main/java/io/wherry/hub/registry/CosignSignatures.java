package io.wherry.hub.registry;

import io.wherry.contract.Digest;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.resource.CosignKeys;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Judges the signatures that {@code cosign sign --key} wrote beside an artifact: under the tag {@code sha256-HEX.sig}, or as its referrers.
 *
 * <p>Each is a payload ("simple signing") that names a digest, with an ECDSA signature over its very bytes in an annotation. Transparency logs and certificates
 * are not looked at: a key that the source names says all.
 */
public final class CosignSignatures {
    private static final String PAYLOAD = "application/vnd.dev.cosign.simplesigning.v1+json";
    private static final String REFERRER = "application/vnd.dev.cosign.artifact.sig.v1+json";
    private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private static final String SIGNATURE = "dev.cosignproject.cosign/signature";
    private static final String TYPE = "cosign container image signature";

    /** Payloads are a few hundred bytes; what may be added to them is some lines. */
    private static final int MAX_PAYLOAD_BYTES = 64 << 10;

    /** Of one artifact: more are no use to anybody. */
    private static final int MAX_SIGNATURES = 64;

    private static final int MAX_SIGNATURE_CHARS = 1024;

    private final ArtifactRepository repository;
    private final CosignKeys keys;

    public CosignSignatures(ArtifactRepository repository, CosignKeys keys) {
        this.repository = repository;
        this.keys = keys;
    }

    /** What became of it. */
    public sealed interface Verdict {
        /** @param key the id of the key that signed it */
        record Signed(Digest key) implements Verdict {}

        /** There is no signature. */
        record Missing(String detail) implements Verdict {}

        /** There are signatures, and none is of a key that counts. */
        record Unknown(String detail) implements Verdict {}

        /** A key that counts signed something else. */
        record Mismatch(String detail) implements Verdict {}
    }

    /** Asks the registry for the signatures of an artifact. @throws IOException if it does not answer */
    public Verdict verify(Digest artifact) throws IOException {
        List<Verdict> bad = new ArrayList<>();
        for (Digest referrer : referrers(artifact, bad)) {
            Optional<Verdict> good = good(() -> repository.manifest(referrer), artifact, bad);
            if (good.isPresent()) {
                return good.get();
            }
        }
        String tag = "sha256-" + artifact.hex() + ".sig";
        return good(() -> repository.tagged(tag), artifact, bad).orElseGet(() -> worst(artifact, bad));
    }

    private List<Digest> referrers(Digest artifact, List<Verdict> bad) throws IOException {
        try {
            return repository.referrers(artifact, REFERRER).stream()
                    .limit(MAX_SIGNATURES)
                    .toList();
        } catch (ArtifactRepository.NotAnArtifact e) {
            bad.add(unreadable(artifact, e));
            return List.of();
        }
    }

    /** Whoever may push can put nonsense beside an artifact: a good signature counts all the same. */
    private static Verdict unreadable(Digest artifact, ArtifactRepository.NotAnArtifact e) {
        return new Verdict.Unknown("what stands for signatures of artifact " + artifact + " is " + e.getMessage());
    }

    @FunctionalInterface
    private interface LookUp {
        Optional<ArtifactRepository.Manifest> now() throws IOException, ArtifactRepository.NotAnArtifact;
    }

    private Verdict worst(Digest artifact, List<Verdict> bad) {
        return bad.stream()
                .filter(verdict -> verdict instanceof Verdict.Mismatch)
                .findFirst()
                .or(() -> bad.stream().findFirst())
                .orElseGet(() -> new Verdict.Missing("artifact " + artifact + " has no signature that cosign made"
                        + (isBundled(artifact)
                                ? " in the form that is read: it has one in the form of sigstore's bundles"
                                : "")));
    }

    private boolean isBundled(Digest artifact) {
        try {
            return !repository.referrers(artifact, BUNDLE).isEmpty();
        } catch (IOException | ArtifactRepository.NotAnArtifact e) {
            return false; // it was asked for a better message alone
        }
    }

    /** The first signature that counts; the others are noted. */
    private Optional<Verdict> good(LookUp signatures, Digest artifact, List<Verdict> bad) throws IOException {
        List<Descriptor> layers;
        try {
            layers = signatures.now().map(ArtifactRepository.Manifest::layers).orElse(List.of());
        } catch (ArtifactRepository.NotAnArtifact e) {
            bad.add(unreadable(artifact, e));
            return Optional.empty();
        }
        for (Descriptor layer : layers) {
            if (bad.size() >= MAX_SIGNATURES) {
                return Optional.empty();
            }
            Optional<String> signature = layer.annotation(SIGNATURE);
            if (!layer.mediaType().equals(PAYLOAD) || signature.isEmpty() || layer.size() > MAX_PAYLOAD_BYTES) {
                continue;
            }
            Verdict verdict = judge(repository.read(layer), signature.get(), artifact);
            if (verdict instanceof Verdict.Signed) {
                return Optional.of(verdict);
            }
            bad.add(verdict);
        }
        return Optional.empty();
    }

    private Verdict judge(byte[] payload, String signature, Digest artifact) {
        Optional<Digest> signer = signer(payload, signature);
        if (signer.isEmpty()) {
            return new Verdict.Unknown("artifact " + artifact + " is signed, and by none of the "
                    + keys.byId().size() + " keys of verify.cosign.publicKeys");
        }
        try {
            Json.Obj critical = JsonReader.object(payload).object("critical");
            String type = critical.string("type");
            String digest = critical.object("image").string("docker-manifest-digest");
            String identity = critical.object("identity").string("docker-reference");
            if (!type.equals(TYPE)) {
                return new Verdict.Mismatch(
                        "key " + signer.get() + " signed something else than an artifact: \"" + printable(type) + "\"");
            }
            if (!digest.equals(artifact.toString())) {
                return new Verdict.Mismatch(
                        "the signature beside artifact " + artifact + " is of another one: " + printable(digest));
            }
            if (keys.identity().isPresent() && !keys.identity().get().equals(identity)) {
                return new Verdict.Mismatch("the signature of artifact " + artifact + " is for \"" + printable(identity)
                        + "\", and verify.cosign.identity is \""
                        + keys.identity().get() + "\"");
            }
            return new Verdict.Signed(signer.get());
        } catch (JsonException e) {
            return new Verdict.Mismatch(
                    "key " + signer.get() + " signed something that cannot be read: " + e.getMessage());
        }
    }

    /** Whose signature it is, if it is of one of the keys that count. */
    private Optional<Digest> signer(byte[] payload, String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64.length() > MAX_SIGNATURE_CHARS ? "" : base64.strip());
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // nobody's
        }
        for (Map.Entry<Digest, PublicKey> key : keys.byId().entrySet()) {
            if (isBy(key.getValue(), payload, bytes)) {
                return Optional.of(key.getKey());
            }
        }
        return Optional.empty();
    }

    private static boolean isBy(PublicKey key, byte[] payload, byte[] signature) {
        try {
            Signature ecdsa = Signature.getInstance("SHA256withECDSA");
            ecdsa.initVerify(key);
            ecdsa.update(payload);
            return ecdsa.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // no signature of that kind: as good as another's
        }
    }

    private static String printable(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() > 200 ? plain.substring(0, 200) + "…" : plain;
    }
}
