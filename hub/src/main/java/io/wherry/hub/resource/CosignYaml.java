package io.wherry.hub.resource;

import java.util.List;
import java.util.Optional;

/** Reads {@code verify.cosign} of a source of artifacts. */
final class CosignYaml {
    private CosignYaml() {}

    static Optional<CosignKeys> read(Strict spec) {
        Strict verify = spec.sub("verify");
        for (String key : List.of("commitSignatures", "tagSignatures")) {
            verify.refused(key, "belongs to type: git", "write verify.cosign");
        }
        if (!verify.has("cosign")) {
            verify.get().missing("cosign");
            return Optional.empty();
        }
        Strict cosign = verify.sub("cosign");
        for (String key : List.of("keyless", "rekor", "fulcio", "issuer", "subject", "identities")) {
            cosign.refused(
                    key,
                    "is of keyless signing, which is not in this version",
                    "sign by a key (cosign sign --key), and write its cosign.pub into publicKeys");
        }
        List<String> keys = cosign.get().texts("publicKeys");
        Optional<String> identity = cosign.get().text("identity");
        return cosign.build(() -> new CosignKeys(keys, identity));
    }
}
