package io.wherry.hub.sync;

import io.wherry.hub.approval.Ask;
import io.wherry.hub.approval.Vote;
import io.wherry.hub.bundle.BundleRecord;
import io.wherry.hub.rollout.PlacedEntry;
import io.wherry.hub.status.StackState;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What one target of a stack should have. */
sealed interface TargetContent {

    /**
     * @param variables values of those late site variables that the bundle uses
     * @param logins    which logins for registries its agent may show, by name of the credential
     * @param secrets   which values its external secrets have, by name in the model
     */
    record Ready(
            BundleRecord bundle,
            SortedMap<String, String> variables,
            SortedMap<String, SecretRef> secrets,
            SortedMap<String, SecretRef> logins)
            implements TargetContent {
        public Ready {
            variables = Collections.unmodifiableSortedMap(new TreeMap<>(variables));
            secrets = Collections.unmodifiableSortedMap(new TreeMap<>(secrets));
            logins = Collections.unmodifiableSortedMap(new TreeMap<>(logins));
        }

        /** Without secrets and logins. */
        static Ready of(BundleRecord bundle, SortedMap<String, String> variables) {
            return new Ready(bundle, variables, new TreeMap<>(), new TreeMap<>());
        }

        /** Whether the target has it, secrets and logins aside. */
        boolean isIn(PlacedEntry entry) {
            return entry.runs()
                    && entry.bundle().equals(Optional.of(bundle.ref()))
                    && entry.variables().equals(variables);
        }

        Ready with(SortedMap<String, SecretRef> otherSecrets, SortedMap<String, SecretRef> otherLogins) {
            return new Ready(bundle, variables, otherSecrets, otherLogins);
        }
    }

    /**
     * This target could have it, and keeps what it has until enough people have approved it.
     *
     * @param votes what was said to it so far
     */
    record Awaiting(Ready content, Ask ask, List<Vote> votes) implements TargetContent {
        public Awaiting {
            votes = List.copyOf(votes);
        }
    }

    /**
     * This target keeps what it has; the others go on.
     *
     * @param detail for a person: what is wrong, where, and what would mend it; may have several lines
     */
    record Kept(SyncReason reason, String detail) implements TargetContent {
        /** Whether a policy of the hub keeps the content away. */
        boolean isDenied() {
            return reason == SyncReason.POLICY_DENIED;
        }

        /** Whether the files, or what they ask for, are at fault, which does not concern a stack that is pinned to older ones. */
        boolean ofFiles() {
            return switch (reason) {
                case RENDER_FAILED,
                        SECRET_UNAVAILABLE,
                        IMAGE_DIGEST_PENDING,
                        IMAGE_UNRESOLVED,
                        CHART_PENDING,
                        CHART_UNAVAILABLE,
                        CHART_MOVED,
                        CHART_UNVERIFIED -> true;
                default -> false;
            };
        }

        /** Whether it passes by itself in a moment. */
        boolean passes() {
            return StackState.passes(reason.code());
        }
    }
}
