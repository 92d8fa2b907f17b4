package io.wherry.contract.verify;

import io.wherry.contract.BundleRef;
import io.wherry.contract.Digest;
import io.wherry.contract.Limits;
import io.wherry.contract.Manifest;
import io.wherry.contract.json.JsonException;

/** STAGE, second step: judges the manifest of a bundle. Size, digest, form, features, length of the whole. */
public final class ManifestVerifier {
    private ManifestVerifier() {}

    /** @param bundle from the entry of a staged release */
    public static ManifestVerdict verify(byte[] bytes, BundleRef bundle) {
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
            Verdict.understood(manifest.requires(), "requires");
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
