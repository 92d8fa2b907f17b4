package io.wherry.hub.resource;

import io.wherry.contract.json.Json;
import java.util.Optional;

/**
 * What a source of Git believes: which server it is, and whose commits.
 *
 * @param hostKeys   of a server of SSH ({@link HostKeys}), exactly as written
 * @param signatures which signatures its commits and tags must carry; empty: none is looked at
 */
public record GitRules(Optional<String> hostKeys, Optional<SignatureRules> signatures) {
    static final GitRules NONE = new GitRules(Optional.empty(), Optional.empty());

    void requireFor(String url) {
        if (SshUrl.is(url)) {
            hostKeys.ifPresent(keys -> HostKeys.parse(keys, SshUrl.parse(url)));
        } else if (hostKeys.isPresent()) {
            throw new IllegalArgumentException(
                    "hostKeys: given for " + (SourceUrl.isLocal(url) ? "a local repository" : "https:")
                            + " (expected: with ssh:// alone; authorities of https: stand in caBundle)");
        }
    }

    void put(Json.Builder spec) {
        spec.putIf("hostKeys", hostKeys);
        signatures.ifPresent(rules -> spec.put("verify", rules.toJson()));
    }
}
