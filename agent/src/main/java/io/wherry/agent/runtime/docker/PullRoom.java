package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.RuntimeReason;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Breaks a pull off as soon as it is known that it cannot fit: the engine throws away then what it has of it, and what runs keeps its disk.
 *
 * <p>Two pulls at a time each count on what is free; who finds too little on the way goes, and comes again.
 */
final class PullRoom implements Consumer<String> {
    /** Stays free: for what runs to write on, and for the engine's own files. */
    static final long MARGIN_BYTES = 64L << 20;

    private static final String CURE =
            "Make room there (docker system df shows what takes it), or give it a larger disk;"
                    + " it is tried again by itself";

    private final String what;
    private final Optional<EngineDisk> disk;
    private final PullSize size = new PullSize();

    /**
     * @param what begins the sentence: {@code service/web: image shop:2}
     * @param disk empty: not known, so nothing is broken off
     */
    PullRoom(String what, Optional<EngineDisk> disk) {
        this.what = what;
        this.disk = disk;
    }

    /** Before anything is asked of a registry. @throws ImageException if not even the margin is free */
    void requireMargin() {
        require(0);
    }

    /** @param line of the engine's answer. @throws ImageException if what is known of the image does not fit any more */
    @Override
    public void accept(String line) {
        if (size.take(line)) {
            require(size.neededBytes());
        }
    }

    private void require(long needed) {
        Optional<Long> free = disk.flatMap(EngineDisk::freeBytes);
        if (needed > 0
                ? free.orElse(Long.MAX_VALUE) - MARGIN_BYTES < needed
                : free.orElse(Long.MAX_VALUE) < MARGIN_BYTES) {
            throw new ImageException(RuntimeReason.DISK_FULL, sentence(needed, free.orElse(0L)));
        }
    }

    private String sentence(long needed, long free) {
        String need = needed == 0
                ? "needs room"
                : "needs at least " + mebibytes(needed) + " more, of which " + mebibytes(size.toFetchBytes())
                        + " are to be fetched";
        return what + " does not fit: it " + need + "; " + mebibytes(free) + " are free at "
                + disk.map(EngineDisk::path).map(Object::toString).orElse("the engine") + " and "
                + mebibytes(MARGIN_BYTES) + " of them are kept. What runs keeps running. " + CURE;
    }

    /** What to say of a disk that was full in spite of it. */
    String cure() {
        return "The engine's disk is full"
                + disk.flatMap(at -> at.freeBytes().map(free -> ": " + mebibytes(free) + " are free at " + at.path()))
                        .orElse("")
                + ". " + CURE;
    }

    private static String mebibytes(long bytes) {
        return Math.ceilDiv(bytes, 1L << 20) + " MiB";
    }
}
