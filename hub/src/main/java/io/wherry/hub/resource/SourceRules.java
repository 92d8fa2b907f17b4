package io.wherry.hub.resource;

import io.wherry.contract.json.Json;
import java.util.Optional;

/**
 * What a source believes: which server it is, and whose content.
 *
 * @param hostKeys   of a server of SSH ({@link HostKeys}), exactly as written
 * @param signatures of Git: which signatures commits and tags must carry; empty: none is looked at
 * @param cosign     of artifacts: one of these keys must have signed what is taken; empty: none is looked at
 */
public record SourceRules(Optional<String> hostKeys, Optional<SignatureRules> signatures, Optional<CosignKeys> cosign) {
    public static final SourceRules NONE = new SourceRules(Optional.empty(), Optional.empty(), Optional.empty());

    /** Those of Git. */
    public static SourceRules of(Optional<String> hostKeys, Optional<SignatureRules> signatures) {
        return new SourceRules(hostKeys, signatures, Optional.empty());
    }

    /** Those of artifacts. */
    public static SourceRules of(Optional<CosignKeys> cosign) {
        return new SourceRules(Optional.empty(), Optional.empty(), cosign);
    }

    /** Whether what is taken must be signed. */
    public boolean wantSignatures() {
        return signatures.isPresent() || cosign.isPresent();
    }

    void requireFor(Source.Type type, String url) {
        if (SshUrl.is(url)) {
            hostKeys.ifPresent(keys -> HostKeys.parse(keys, SshUrl.parse(url)));
        } else if (hostKeys.isPresent()) {
            throw new IllegalArgumentException(
                    "hostKeys: given for " + (SourceUrl.isLocal(url) ? "a local repository" : "https:")
                            + " (expected: with ssh:// alone; authorities of https: stand in caBundle)");
        }
        boolean ofAnother = (signatures.isPresent() && type != Source.Type.GIT)
                || (cosign.isPresent() && type != Source.Type.ARTIFACTS);
        if (ofAnother) {
            throw new IllegalArgumentException(
                    "verify: of another kind of source (expected: signatures of commits with Git,"
                            + " cosign with artifacts)");
        }
    }

    void put(Json.Builder spec) {
        spec.putIf("hostKeys", hostKeys);
        signatures.ifPresent(rules -> spec.put("verify", rules.toJson()));
        cosign.ifPresent(keys ->
                spec.put("verify", Json.object().put("cosign", keys.toJson()).build()));
    }
}
