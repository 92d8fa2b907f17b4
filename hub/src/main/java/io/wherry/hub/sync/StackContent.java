package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.hub.bundle.BundleRecord;
import io.wherry.hub.bundle.PackedBundle;
import io.wherry.hub.bundle.RenderGroupRecord;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A stack, rendered for all its targets.
 *
 * @param targets what each should have
 * @param groups  what came of each group, to be remembered; by group key
 * @param fresh   bundles that were packed now and are not stored yet
 */
record StackContent(Map<AgentId, TargetContent> targets, Map<String, RenderGroupRecord> groups, List<Fresh> fresh) {
    StackContent {
        targets = Map.copyOf(targets);
        groups = Map.copyOf(groups);
        fresh = List.copyOf(fresh);
    }

    /** What came of the groups whose files cannot be rendered. */
    Map<String, RenderGroupRecord> failures() {
        return groups.entrySet().stream()
                .filter(group -> isFailure(group.getValue()))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /**
     * Whether other files failed than before, also where they failed for the same reason: somebody committed them, and waits for what becomes of them.
     *
     * @param before what the groups were rendered to until now
     */
    boolean failsAnew(Map<String, RenderGroupRecord> before) {
        return failures().entrySet().stream().anyMatch(group -> {
            RenderGroupRecord known = before.get(group.getKey());
            return known != null && isFailure(known) && !known.equals(group.getValue());
        });
    }

    private static boolean isFailure(RenderGroupRecord group) {
        return group.bundle().isEmpty() && !group.waitsForDigests();
    }

    /** @param inputs names what it was packed from */
    record Fresh(Digest inputs, BundleRecord record, PackedBundle packed) {}
}
