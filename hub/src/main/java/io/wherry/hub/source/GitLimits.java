package io.wherry.hub.source;

/**
 * How much of a repository the hub takes.
 *
 * @param historyCommits commits kept behind each followed reference
 * @param fetchBytes     received in one check
 * @param objectBytes    of one file anywhere in that history, unpacked
 * @param objects        files, folders and commits in one fetch
 * @param mirrorBytes    on disk, of one repository
 */
record GitLimits(int historyCommits, long fetchBytes, long objectBytes, long objects, long mirrorBytes) {

    /**
     * 1,000 commits: a year of a busy deployment repository, for "what was merged since". 1 GiB in a fetch: 60 s at 140 Mbit/s, and as much
     * as a worker's disk should lose to one mistake. 128 MiB a file: GitHub refuses files above 100 MiB, and the result of a delta is built
     * in memory. 1,000,000 objects: 100 bytes of memory each while they are indexed; the Linux kernel has a fifth of that in 1,000 commits.
     * 4 GiB a mirror: four full fetches.
     */
    static final GitLimits DEFAULT = new GitLimits(1_000, 1L << 30, 128L << 20, 1_000_000, 4L << 30);

    /** 32 MiB: 400,000 references of 80 bytes. */
    static final long LISTING_BYTES = 32L << 20;

    GitLimits {
        if (historyCommits < 1 || fetchBytes < 1 || objectBytes < 1 || objects < 1 || mirrorBytes < 1) {
            throw new IllegalArgumentException("limits: " + historyCommits + ", " + fetchBytes + ", " + objectBytes
                    + ", " + objects + ", " + mirrorBytes + " (expected: 1 or more each)");
        }
    }
}
