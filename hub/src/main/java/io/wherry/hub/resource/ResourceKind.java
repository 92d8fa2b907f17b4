package io.wherry.hub.resource;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The kinds of this version. */
public enum ResourceKind {
    SOURCE("Source", "sources"),
    STACK("Stack", "stacks"),
    AGENT("Agent", "agents"),
    GROUP("Group", "groups"),
    ROLLOUT_POLICY("RolloutPolicy", "rolloutpolicies"),
    POLICY("Policy", "policies");

    private final String word;
    private final String plural;

    ResourceKind(String word, String plural) {
        this.word = word;
        this.plural = plural;
    }

    /** As written in {@code kind:}. */
    public String word() {
        return word;
    }

    /** As in paths of the API and in arguments: {@code stacks}. */
    public String plural() {
        return plural;
    }

    /** Reads {@code kind:}, exactly. */
    public static Optional<ResourceKind> find(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word.equals(word)).findFirst();
    }

    public static List<String> words() {
        return Arrays.stream(values()).map(ResourceKind::word).toList();
    }
}
