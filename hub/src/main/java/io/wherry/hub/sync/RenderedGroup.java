package io.wherry.hub.sync;

import io.wherry.hub.bundle.RenderGroupRecord;
import java.util.List;

/**
 * What came of one group.
 *
 * @param fresh bundles that were packed for it
 */
record RenderedGroup(RenderGroupRecord record, List<StackContent.Fresh> fresh) {
    RenderedGroup {
        fresh = List.copyOf(fresh);
    }

    /** Nothing was packed for it. */
    static RenderedGroup of(RenderGroupRecord record) {
        return new RenderedGroup(record, List.of());
    }

    /** Whether it may come out otherwise another time, from the same files: a program was ended, or is not there. */
    boolean isUnsettled() {
        return record.readSet().isUnsettled();
    }
}
