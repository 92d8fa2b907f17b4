package io.wherry.hub.audit;

import io.wherry.contract.Checkpoint;
import io.wherry.contract.MerkleFrontier;
import io.wherry.contract.MerkleTree;
import java.util.List;

/** Compares the leaves as they are stored with what was signed. */
final class AuditCheck {
    private AuditCheck() {}

    /** Where the leaves are read: at most so many records, in order, from an index on. */
    @FunctionalInterface
    interface Leaves {
        List<AuditRecord> page(long from, int limit);
    }

    /** How far a look came. */
    sealed interface Look {
        /** Nothing is wrong so far. At the size that was signed the root was compared, before it nothing could be. */
        record Reached(MerkleFrontier tree) implements Look {}

        /** @param what one sentence */
        record Damaged(String what) implements Look {}
    }

    /**
     * Goes on from a tree of the first leaves.
     *
     * @param atMost so many leaves are read
     */
    static Look goOn(Leaves leaves, MerkleFrontier from, Checkpoint signed, long atMost) {
        MerkleFrontier tree = from;
        long end = atMost < signed.size() - from.size() ? from.size() + atMost : signed.size();
        while (tree.size() < end) {
            int page = (int) Math.min(AuditLog.MAX_PAGE, end - tree.size());
            List<AuditRecord> records = leaves.page(tree.size(), page);
            for (AuditRecord record : records) {
                if (record.index() != tree.size()) {
                    return new Look.Damaged("record " + tree.size() + " of the audit log is missing");
                }
                tree = tree.add(MerkleTree.leafHash(record.leaf()));
            }
            if (records.isEmpty()) {
                return new Look.Damaged(tooFew(tree.size(), signed));
            }
        }
        return tree.size() < signed.size() || tree.root().equals(signed.root())
                ? new Look.Reached(tree)
                : new Look.Damaged("the audit log's records are not those that were signed on " + signed.time());
    }

    static String tooFew(long records, Checkpoint signed) {
        return "the audit log has " + records + " records, " + signed.size() + " were signed";
    }
}
