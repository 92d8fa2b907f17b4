package io.wherry.contract;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/** Merkle trees as of RFC 6962, section 2.1: over the audit log's records and over the bundles of a set. Lists hold leaf hashes in order. */
public final class MerkleTree {
    /** Of a tree without leaves: the hash of nothing. */
    public static final Digest EMPTY = Digest.of(new byte[0]);

    private MerkleTree() {}

    /** {@code SHA-256(0x00 || data)} */
    public static Digest leafHash(byte[] data) {
        MessageDigest sha256 = Digest.sha256();
        sha256.update((byte) 0);
        return Digest.ofRaw(sha256.digest(data));
    }

    /** {@code SHA-256(0x01 || left || right)} */
    public static Digest nodeHash(Digest left, Digest right) {
        MessageDigest sha256 = Digest.sha256();
        sha256.update((byte) 1);
        sha256.update(left.raw());
        return Digest.ofRaw(sha256.digest(right.raw()));
    }

    public static Digest root(List<Digest> leaves) {
        return switch (leaves.size()) {
            case 0 -> EMPTY;
            case 1 -> leaves.getFirst();
            default -> {
                int split = Integer.highestOneBit(leaves.size() - 1);
                yield nodeHash(root(leaves.subList(0, split)), root(leaves.subList(split, leaves.size())));
            }
        };
    }

    /** Hashes from the leaf's neighbour up to the root. @throws IllegalArgumentException if there is no such leaf */
    public static List<Digest> inclusionProof(int index, List<Digest> leaves) {
        Check.range("index", index, 0, leaves.size() - 1L);
        List<Digest> path = new ArrayList<>();
        collectInclusion(index, leaves, path);
        return List.copyOf(path);
    }

    private static void collectInclusion(int index, List<Digest> leaves, List<Digest> path) {
        if (leaves.size() == 1) {
            return;
        }
        int split = Integer.highestOneBit(leaves.size() - 1);
        List<Digest> left = leaves.subList(0, split);
        List<Digest> right = leaves.subList(split, leaves.size());
        if (index < split) {
            collectInclusion(index, left, path);
            path.add(root(right));
        } else {
            collectInclusion(index - split, right, path);
            path.add(root(left));
        }
    }

    /** That a tree of these leaves continues the tree of the first {@code oldSize} of them; empty where the two are one or the old is empty. */
    public static List<Digest> consistencyProof(int oldSize, List<Digest> leaves) {
        Check.range("oldSize", oldSize, 0, leaves.size());
        List<Digest> path = new ArrayList<>();
        if (oldSize > 0 && oldSize < leaves.size()) {
            collectConsistency(oldSize, leaves, true, path);
        }
        return List.copyOf(path);
    }

    private static void collectConsistency(int oldSize, List<Digest> leaves, boolean known, List<Digest> path) {
        if (oldSize == leaves.size()) {
            if (!known) {
                path.add(root(leaves));
            }
            return;
        }
        int split = Integer.highestOneBit(leaves.size() - 1);
        List<Digest> left = leaves.subList(0, split);
        List<Digest> right = leaves.subList(split, leaves.size());
        if (oldSize <= split) {
            collectConsistency(oldSize, left, known, path);
            path.add(root(right));
        } else {
            collectConsistency(oldSize - split, right, false, path);
            path.add(root(left));
        }
    }

    /** Whether the leaf is at this place in the tree of this size and root (RFC 9162, section 2.1.3.2). */
    public static boolean verifyInclusion(Digest leaf, long index, long size, List<Digest> path, Digest root) {
        if (index < 0 || index >= size || path.size() > Limits.PROOF_STEPS) {
            return false;
        }
        long node = index;
        long last = size - 1;
        Digest hash = leaf;
        for (Digest step : path) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                hash = nodeHash(step, hash);
                while ((node & 1) == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                hash = nodeHash(hash, step);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && hash.equals(root);
    }

    /** Whether the new tree continues the old one (RFC 9162, section 2.1.4.2). An empty tree is continued by any. */
    public static boolean verifyConsistency(
            long oldSize, long newSize, List<Digest> path, Digest oldRoot, Digest newRoot) {
        if (oldSize < 0 || oldSize > newSize || path.size() > Limits.PROOF_STEPS) {
            return false;
        }
        if (oldSize == newSize) {
            return path.isEmpty() && oldRoot.equals(newRoot);
        }
        if (oldSize == 0) {
            return path.isEmpty() && oldRoot.equals(EMPTY);
        }
        List<Digest> steps = new ArrayList<>(path);
        if (Long.bitCount(oldSize) == 1) {
            steps.addFirst(oldRoot);
        }
        return !steps.isEmpty() && climb(oldSize - 1, newSize - 1, steps, oldRoot, newRoot);
    }

    private static boolean climb(long oldNode, long newNode, List<Digest> steps, Digest oldRoot, Digest newRoot) {
        long node = oldNode >> Long.numberOfTrailingZeros(~oldNode);
        long last = newNode >> Long.numberOfTrailingZeros(~oldNode);
        Digest oldHash = steps.getFirst();
        Digest newHash = oldHash;
        for (Digest step : steps.subList(1, steps.size())) {
            if (last == 0) {
                return false;
            }
            if ((node & 1) == 1 || node == last) {
                oldHash = nodeHash(step, oldHash);
                newHash = nodeHash(step, newHash);
                while ((node & 1) == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                newHash = nodeHash(newHash, step);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && oldHash.equals(oldRoot) && newHash.equals(newRoot);
    }
}
