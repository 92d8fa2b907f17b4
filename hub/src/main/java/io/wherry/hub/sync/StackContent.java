package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.hub.bundle.BundleRecord;
import io.wherry.hub.bundle.PackedBundle;
import io.wherry.hub.bundle.RenderGroupRecord;
import java.util.List;
import java.util.Map;

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

    /** @param inputs names what it was packed from */
    record Fresh(Digest inputs, BundleRecord record, PackedBundle packed) {}
}
