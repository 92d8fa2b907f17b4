package io.wherry.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** The leaves, roots and paths of the reference tests of Certificate Transparency (RFC 6962). */
class MerkleTreeTest {
    private static final List<Digest> LEAVES = Stream.of(
                    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
            .map(HexFormat.of()::parseHex)
            .map(MerkleTree::leafHash)
            .toList();
    private static final List<String> ROOTS = List.of(
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    private static List<Digest> digests(String... hex) {
        return Stream.of(hex).map(Digest::new).toList();
    }

    @Test
    void computesTheRootsOfTheReference() {
        for (int size = 0; size < ROOTS.size(); size++) {
            assertThat(MerkleTree.root(LEAVES.subList(0, size)).hex())
                    .as("size %d", size)
                    .isEqualTo(ROOTS.get(size));
        }
    }

    @Test
    void aFrontierKnowsTheSameRoots() {
        MerkleFrontier frontier = MerkleFrontier.EMPTY;
        for (int size = 0; size < ROOTS.size(); size++) {
            assertThat(frontier.root().hex()).as("size %d", size).isEqualTo(ROOTS.get(size));
            frontier = size < LEAVES.size() ? frontier.add(LEAVES.get(size)) : frontier;
        }
    }

    @Test
    void givesTheInclusionPathsOfTheReference() {
        assertThat(MerkleTree.inclusionProof(0, LEAVES.subList(0, 1))).isEmpty();
        assertThat(MerkleTree.inclusionProof(0, LEAVES))
                .isEqualTo(digests(
                        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"));
        assertThat(MerkleTree.inclusionProof(5, LEAVES))
                .isEqualTo(digests(
                        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"));
    }

    @Test
    void givesTheConsistencyPathsOfTheReference() {
        assertThat(MerkleTree.consistencyProof(1, LEAVES))
                .isEqualTo(digests(
                        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"));
        assertThat(MerkleTree.consistencyProof(6, LEAVES))
                .isEqualTo(digests(
                        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"));
        assertThat(MerkleTree.consistencyProof(8, LEAVES)).isEmpty();
    }

    @RepeatedTest(60)
    void everyLeafIsProvenAndEverySizeIsContinued(RepetitionInfo repetition) {
        int size = repetition.getCurrentRepetition();
        List<Digest> leaves = IntStream.range(0, size)
                .mapToObj(i -> MerkleTree.leafHash(new byte[] {(byte) i}))
                .toList();
        Digest root = MerkleTree.root(leaves);
        for (int i = 0; i < size; i++) {
            List<Digest> path = MerkleTree.inclusionProof(i, leaves);
            assertThat(MerkleTree.verifyInclusion(leaves.get(i), i, size, path, root))
                    .as("%d of %d", i, size)
                    .isTrue();
            assertThat(MerkleTree.verifyInclusion(MerkleTree.EMPTY, i, size, path, root))
                    .isFalse();
            assertThat(MerkleTree.verifyInclusion(leaves.get(i), (i + 1) % size, size, path, root))
                    .isEqualTo(size == 1);
            Digest before = MerkleTree.root(leaves.subList(0, i));
            List<Digest> steps = MerkleTree.consistencyProof(i, leaves);
            assertThat(MerkleTree.verifyConsistency(i, size, steps, before, root))
                    .as("%d to %d", i, size)
                    .isTrue();
            assertThat(MerkleTree.verifyConsistency(i, size, steps, root, root)).isFalse();
        }
        assertThat(MerkleTree.verifyConsistency(size, size, List.of(), root, root))
                .isTrue();
    }

    @RepeatedTest(20)
    void aProofWithAChangedStepIsRefused(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        int size = 2 + random.nextInt(60);
        List<Digest> leaves = IntStream.range(0, size)
                .mapToObj(i -> MerkleTree.leafHash(new byte[] {(byte) i, (byte) seed}))
                .toList();
        Digest root = MerkleTree.root(leaves);
        int index = random.nextInt(size);
        List<Digest> path = new java.util.ArrayList<>(MerkleTree.inclusionProof(index, leaves));
        path.set(random.nextInt(path.size()), MerkleTree.EMPTY);
        List<Digest> longer = new java.util.ArrayList<>(MerkleTree.inclusionProof(index, leaves));
        longer.add(MerkleTree.EMPTY);

        assertThat(MerkleTree.verifyInclusion(leaves.get(index), index, size, path, root))
                .as("seed %d", seed)
                .isFalse();
        assertThat(MerkleTree.verifyInclusion(leaves.get(index), index, size, longer, root))
                .as("seed %d", seed)
                .isFalse();
    }

    @Test
    void anEmptyTreeIsContinuedByAnyAndProvesNothing() {
        assertThat(MerkleTree.verifyConsistency(0, 8, List.of(), MerkleTree.EMPTY, MerkleTree.root(LEAVES)))
                .isTrue();
        assertThat(MerkleTree.verifyConsistency(0, 8, List.of(), MerkleTree.root(LEAVES), MerkleTree.root(LEAVES)))
                .isFalse();
        assertThat(MerkleTree.verifyConsistency(9, 8, List.of(), MerkleTree.EMPTY, MerkleTree.EMPTY))
                .isFalse();
        assertThat(MerkleTree.verifyInclusion(MerkleTree.EMPTY, 0, 0, List.of(), MerkleTree.EMPTY))
                .isFalse();
    }
}
