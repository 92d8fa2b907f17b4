package io.wherry.hub.audit;

import io.wherry.contract.Digest;
import io.wherry.contract.MerkleTree;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * The Merkle tree over the log's leaves (RFC 6962, section 2.1): table {@code audit_node} holds the hash of every complete subtree, so that
 * appending and proving look at no more than a few rows per level.
 */
final class AuditTree {
    private final Handle handle;

    AuditTree(Handle handle) {
        this.handle = handle;
    }

    /** Adds the leaf at the end, and each subtree that it completes. */
    void append(long index, Digest leaf) {
        Digest hash = leaf;
        long at = index;
        int level = 0;
        store(level, at, hash);
        while ((at & 1) == 1) {
            hash = MerkleTree.nodeHash(node(level, at - 1), hash);
            at >>= 1;
            level++;
            store(level, at, hash);
        }
    }

    /** The root over the first {@code size} leaves. */
    Digest root(long size) {
        return size == 0 ? MerkleTree.EMPTY : hash(0, size);
    }

    /** Hashes from the leaf's neighbour up to the root of the first {@code size} leaves. */
    List<Digest> inclusion(long index, long size) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("index: " + index + " (expected: 0 to " + (size - 1) + ")");
        }
        List<Digest> path = new ArrayList<>();
        inclusion(index, 0, size, path);
        return path;
    }

    private void inclusion(long index, long from, long to, List<Digest> path) {
        if (to - from == 1) {
            return;
        }
        long middle = middle(from, to);
        if (index < middle) {
            inclusion(index, from, middle, path);
            path.add(hash(middle, to));
        } else {
            inclusion(index, middle, to, path);
            path.add(hash(from, middle));
        }
    }

    /** That the first {@code size} leaves continue the first {@code oldSize}. */
    List<Digest> consistency(long oldSize, long size) {
        if (oldSize < 0 || oldSize > size) {
            throw new IllegalArgumentException("oldSize: " + oldSize + " (expected: 0 to " + size + ")");
        }
        List<Digest> path = new ArrayList<>();
        if (oldSize > 0 && oldSize < size) {
            consistency(oldSize, 0, size, true, path);
        }
        return path;
    }

    private void consistency(long oldSize, long from, long to, boolean known, List<Digest> path) {
        if (oldSize == to) {
            if (!known) {
                path.add(hash(from, to));
            }
            return;
        }
        long middle = middle(from, to);
        if (oldSize <= middle) {
            consistency(oldSize, from, middle, known, path);
            path.add(hash(middle, to));
        } else {
            consistency(oldSize, middle, to, false, path);
            path.add(hash(from, middle));
        }
    }

    /** Where a tree over these leaves splits: the largest power of two below its size. */
    private static long middle(long from, long to) {
        return from + Long.highestOneBit(to - from - 1);
    }

    /** Subtrees always begin at a multiple of their width, so a range of a power of two is a row. */
    private Digest hash(long from, long to) {
        long width = to - from;
        if (Long.bitCount(width) == 1) {
            int level = Long.numberOfTrailingZeros(width);
            return node(level, from >> level);
        }
        long middle = middle(from, to);
        return MerkleTree.nodeHash(hash(from, middle), hash(middle, to));
    }

    private Digest node(int level, long index) {
        return handle.createQuery("SELECT hash FROM audit_node WHERE level = ? AND idx = ?")
                .bind(0, level)
                .bind(1, index)
                .mapTo(byte[].class)
                .findOne()
                .map(Digest::ofRaw)
                .orElseThrow(() -> new AuditException("the audit log lacks the hash of level " + level + ", place "
                        + index + " (restore the database from the backup)"));
    }

    private void store(int level, long index, Digest hash) {
        handle.execute("INSERT INTO audit_node (level, idx, hash) VALUES (?, ?, ?)", level, index, hash.raw());
    }
}
