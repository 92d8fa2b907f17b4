package io.wherry.hub.sync;

import io.wherry.hub.bundle.BundleRecord;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What one target of a stack should have. */
sealed interface TargetContent {

    /** @param variables values of those late site variables that the bundle uses */
    record Ready(BundleRecord bundle, SortedMap<String, String> variables) implements TargetContent {
        public Ready {
            variables = Collections.unmodifiableSortedMap(new TreeMap<>(variables));
        }
    }

    /**
     * This target keeps what it has; the others go on.
     *
     * @param detail for a person: what is wrong, where, and what would mend it; may have several lines
     */
    record Kept(SyncReason reason, String detail) implements TargetContent {
        /** Whether the files are at fault, which does not concern a stack that is pinned to older ones. */
        boolean ofFiles() {
            return reason == SyncReason.RENDER_FAILED;
        }
    }
}
