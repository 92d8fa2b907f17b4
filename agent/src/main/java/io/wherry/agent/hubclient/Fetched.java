package io.wherry.agent.hubclient;

import io.wherry.contract.Digest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a fetch came to. Whatever arrived before it ended was handed to the sink. */
public sealed interface Fetched {

    /**
     * The stream ended as it should.
     *
     * @param unavailable what the hub does not have for this agent
     */
    record Complete(Set<Digest> unavailable) implements Fetched {}

    /** The stream broke: what arrived is kept, and the next fetch goes on from there. */
    record Cut(Trouble trouble, String why, Optional<Duration> retryAfter) implements Fetched {}

    /** The hub will not serve this agent. */
    record Refused(String reason, String detail) implements Fetched {}

    /**
     * One blob that is wanted from here on.
     *
     * @param expectedBytes how long the rest is thought to be: for the time limit
     */
    record Wanted(Digest digest, long offset, long expectedBytes) {}

    /** Takes chunks in the order they come. */
    interface Sink {
        /**
         * @param offset where the chunk begins
         * @param size   of the whole blob
         * @return false to break the stream off: the chunk does not fit
         */
        boolean chunk(Digest digest, long offset, byte[] data, long size);
    }

    /** How much is worth asking at once: the protocol's limit. */
    int MAX_BLOBS = 4096;

    static List<List<Wanted>> batches(List<Wanted> wanted) {
        return java.util.stream.IntStream.iterate(0, i -> i < wanted.size(), i -> i + MAX_BLOBS)
                .mapToObj(i -> wanted.subList(i, Math.min(i + MAX_BLOBS, wanted.size())))
                .toList();
    }
}
