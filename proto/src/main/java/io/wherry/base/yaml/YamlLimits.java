package io.wherry.base.yaml;

/**
 * What one file may cost. Nodes and characters count with every alias expanded: what comes later walks trees and meets every copy.
 *
 * @param bytes      length of the file
 * @param nodes      each takes some 150 bytes of memory
 * @param characters of all scalars
 * @param depth      levels; the recursion of the reader and of what comes later is bounded by it
 */
public record YamlLimits(int bytes, int nodes, long characters, int depth) {
    /**
     * For files of people: 1 MiB is a hundred times the longest Compose file we have seen; 200,000 nodes are some 30 MB, and a file of 1 MiB
     * without aliases stays below unless made to; Compose's deepest attribute stands at level 8.
     */
    public static final YamlLimits DEFAULT = new YamlLimits(1 << 20, 200_000, 8L << 20, 64);
}
