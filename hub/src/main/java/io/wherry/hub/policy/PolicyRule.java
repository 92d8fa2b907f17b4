package io.wherry.hub.policy;

import java.util.Arrays;
import java.util.List;

/** What a policy judges of new content, in this order. Its word is where it stands in the policy's {@code spec}. */
public enum PolicyRule {
    PINNED_REFS("require.pinnedRefs"),
    SIGNED_COMMITS("require.signedCommits"),
    SOURCES("allow.sources"),
    FORMATS("allow.formats"),
    IMAGE_DIGESTS("require.imageDigests"),
    REGISTRIES("allow.registries"),
    RAW_SECRETS("deny.rawSecrets"),
    PRIVILEGED("deny.privileged"),
    HOST_PATHS("deny.hostPaths"),
    CAPABILITIES("deny.capabilities");

    private final String word;

    PolicyRule(String word) {
        this.word = word;
    }

    /** {@code require.pinnedRefs}. */
    public String word() {
        return word;
    }

    public static List<String> words() {
        return Arrays.stream(values()).map(PolicyRule::word).toList();
    }
}
