package io.wherry.hub.audit;

import io.wherry.contract.Checkpoint;
import io.wherry.contract.MerkleFrontier;
import io.wherry.contract.MerkleTree;
import java.util.List;
import java.util.Optional;

/** Compares the leaves as they are stored with what was signed. */
final class AuditCheck {
    private AuditCheck() {}

    static Optional<String> damage(AuditLog log, Checkpoint signed) {
        MerkleFrontier tree = MerkleFrontier.EMPTY;
        while (tree.size() < signed.size()) {
            List<AuditRecord> page = log.list(AuditQuery.ALL, tree.size(), AuditLog.MAX_PAGE);
            for (AuditRecord record : page) {
                if (record.index() != tree.size()) {
                    return Optional.of("record " + tree.size() + " of the audit log is missing");
                }
                if (tree.size() < signed.size()) {
                    tree = tree.add(MerkleTree.leafHash(record.leaf()));
                }
            }
            if (page.isEmpty()) {
                return Optional.of("the audit log has " + tree.size() + " records, " + signed.size() + " were signed");
            }
        }
        return tree.root().equals(signed.root())
                ? Optional.empty()
                : Optional.of("the audit log's records are not those that were signed on " + signed.time());
    }
}
