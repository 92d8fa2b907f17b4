package io.wherry.contract.verify;

import io.wherry.contract.Manifest;

/** What was concluded about the bytes of a manifest. */
public sealed interface ManifestVerdict {
    /** The manifest that the bundle's name stands for; its blobs may be fetched by digest and size. */
    record Good(Manifest manifest) implements ManifestVerdict {}

    /** This stack and what depends on it are held back; no other is. */
    record Refused(VerifyReason reason, String detail) implements ManifestVerdict {}
}
