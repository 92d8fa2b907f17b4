package io.wherry.hub.access;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a principal may do. Operators and approvers are apart on purpose: who brings a change is not by that who lets it pass. */
public enum Role {
    /** Sees everything but secrets, which nobody sees. */
    VIEWER("viewer"),
    /** Also changes resources and moves revisions. */
    OPERATOR("operator"),
    /** Also approves agents and changes. */
    APPROVER("approver"),
    /** Everything, also keys and credentials. */
    ADMIN("admin");

    private final String word;

    Role(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    public static Optional<Role> find(String word) {
        return Arrays.stream(values()).filter(role -> role.word.equals(word)).findFirst();
    }

    public static List<String> words() {
        return Arrays.stream(values()).map(Role::word).toList();
    }
}
