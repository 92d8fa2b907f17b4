package io.wherry.hub.release;

import io.wherry.contract.Role;
import io.wherry.contract.Roles;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What a key of the hub signs. Each role has a key of its own. */
public enum KeyRole {
    /** Assignments. */
    HUB,
    /** Releases. */
    RELEASE,
    /** Checkpoints of the audit log. */
    LOG,
    /** Trust roots. */
    ROOT;

    /** {@code hub}: in file names and on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<KeyRole> find(String word) {
        return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
    }

    public static List<String> words() {
        return Arrays.stream(values()).map(KeyRole::word).toList();
    }

    /** The same roles, with this one changed: for releases in every environment where it is the hub that signs. */
    Roles change(Roles roles, UnaryOperator<Role> change) {
        return switch (this) {
            case HUB -> new Roles(roles.root(), change.apply(roles.hub()), roles.log(), roles.release());
            case LOG -> new Roles(roles.root(), roles.hub(), change.apply(roles.log()), roles.release());
            case ROOT -> new Roles(change.apply(roles.root()), roles.hub(), roles.log(), roles.release());
            case RELEASE -> {
                var release = new java.util.TreeMap<>(roles.release());
                release.replaceAll((environment, role) -> change.apply(role));
                yield new Roles(roles.root(), roles.hub(), roles.log(), release);
            }
        };
    }
}
