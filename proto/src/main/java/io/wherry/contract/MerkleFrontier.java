package io.wherry.contract;

import java.util.ArrayList;
import java.util.List;

/**
 * The right edge of a growing Merkle tree: enough to add leaves and to know the root, without the leaves.
 *
 * @param size  number of leaves
 * @param peaks roots of the perfect subtrees from left to right, one per bit of {@code size}
 */
public record MerkleFrontier(long size, List<Digest> peaks) {
    public static final MerkleFrontier EMPTY = new MerkleFrontier(0, List.of());

    public MerkleFrontier {
        peaks = List.copyOf(peaks);
        Check.range("size", size, 0, Limits.INTEGER);
        Check.that(peaks.size() == Long.bitCount(size), "peaks", peaks.size(), "one per bit of the size");
    }

    /** With one more leaf hash at the end. */
    public MerkleFrontier add(Digest leaf) {
        List<Digest> next = new ArrayList<>(peaks);
        Digest hash = leaf;
        for (long rest = size; (rest & 1) == 1; rest >>= 1) {
            hash = MerkleTree.nodeHash(next.removeLast(), hash);
        }
        next.add(hash);
        return new MerkleFrontier(size + 1, next);
    }

    /** The same as {@link MerkleTree#root} over all leaves so far. */
    public Digest root() {
        if (peaks.isEmpty()) {
            return MerkleTree.EMPTY;
        }
        Digest root = peaks.getLast();
        for (int i = peaks.size() - 2; i >= 0; i--) {
            root = MerkleTree.nodeHash(peaks.get(i), root);
        }
        return root;
    }
}
