package io.wherry.contract.verify;

import io.wherry.contract.BundleRef;
import io.wherry.contract.Digest;
import io.wherry.contract.Features;
import io.wherry.contract.Limits;
import io.wherry.contract.Manifest;
import io.wherry.contract.json.JsonException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** STAGE, second step: judges the manifest of a bundle. Size, digest, form, features, length of the whole. */
public final class ManifestVerifier {
    private ManifestVerifier() {}

    /** The format too, said or not: a model that this runtime cannot read must never be taken for an empty one. */
    private static Set<String> needed(Manifest manifest) {
        Set<String> needed = new TreeSet<>(manifest.requires());
        needed.add(manifest.format().feature());
        return needed;
    }

    /**
     * As an agent of Docker judges it.
     *
     * @param bundle from the entry of a staged release
     */
    public static ManifestVerdict verify(byte[] bytes, BundleRef bundle) {
        return verify(bytes, bundle, Features.UNDERSTOOD);
    }

    /** @param understood features of the agent's runtime: the format of the model is one of them */
    public static ManifestVerdict verify(byte[] bytes, BundleRef bundle, List<String> understood) {
        try {
            Verdict.require(
                    bytes.length <= Limits.MANIFEST_BYTES,
                    VerifyReason.TOO_LARGE,
                    "manifest: " + bytes.length + " bytes (expected: at most " + Limits.MANIFEST_BYTES + ")");
            Digest digest = Digest.of(bytes);
            Verdict.require(
                    digest.equals(bundle.digest()),
                    VerifyReason.OTHER_BUNDLE,
                    "manifest: " + digest + " (expected: " + bundle.digest() + ")");
            Manifest manifest = Manifest.parse(bytes);
            Verdict.understood(needed(manifest), understood, "requires");
            long size = manifest.bundleBytes(bytes.length);
            Verdict.require(
                    size == bundle.sizeBytes(),
                    VerifyReason.OTHER_BUNDLE,
                    "bundle: " + size + " bytes in all (expected: " + bundle.sizeBytes() + ", as the entry says)");
            return new ManifestVerdict.Good(manifest);
        } catch (Verdict.Stop stop) {
            return new ManifestVerdict.Refused(stop.reason(), stop.detail());
        } catch (JsonException e) {
            return new ManifestVerdict.Refused(VerifyReason.MANIFEST_INVALID, String.valueOf(e.getMessage()));
        }
    }
}
