package io.wherry.hub.resource;

import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.util.List;
import java.util.Optional;

/**
 * Which signatures the commits and tags of a source must carry, and by whom.
 *
 * @param commits        true: a commit that is given out must be signed
 * @param tags           true: a tag that is followed must be annotated and signed
 * @param openpgp        public keys in ASCII armor, as {@code gpg --armor --export} writes them
 * @param allowedSigners lines of SSH's allowed signers ({@link AllowedSigner}), exactly as written
 */
public record SignatureRules(boolean commits, boolean tags, Optional<String> openpgp, Optional<String> allowedSigners) {

    public SignatureRules {
        if (!commits && !tags) {
            throw new IllegalArgumentException(
                    "commitSignatures: neither it nor tagSignatures (expected: one of them true; to check nothing, remove verify)");
        }
        if (openpgp.isEmpty() && allowedSigners.isEmpty()) {
            throw new IllegalArgumentException(
                    "openpgpKeys: neither they nor allowedSigners (expected: the keys that may sign, in one of them or both)");
        }
        openpgp.ifPresent(SignatureRules::requireKeys);
        allowedSigners.ifPresent(AllowedSigner::parse);
    }

    private static void requireKeys(String armored) {
        try {
            new ChartKeyring(armored);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    String.valueOf(e.getMessage()).replaceFirst("^keyring", "openpgpKeys"), e);
        }
    }

    /** Those of SSH; none if there are none. */
    public List<AllowedSigner> signers() {
        return allowedSigners.map(AllowedSigner::parse).orElse(List.of());
    }

    /** Names them: what was judged by other rules is judged anew. */
    public String digest() {
        return Digest.of(JsonWriter.canonical(toJson())).hex();
    }

    Json.Obj toJson() {
        return Json.object()
                .put("commitSignatures", commits)
                .put("tagSignatures", tags)
                .putIf("openpgpKeys", openpgp)
                .putIf("allowedSigners", allowedSigners)
                .build();
    }
}
