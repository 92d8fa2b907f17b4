package io.wherry.contract.verify;

import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import io.wherry.contract.TrustRoot;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Below what nothing is accepted any more. Stored durably by the caller before any effect; it lives and dies with the agent's key.
 *
 * @param epoch           of the assignment adopted last; 0: none yet
 * @param sequence        of the assignment adopted last; 0: none yet in this epoch
 * @param digest          of its payload; absent: none yet in this epoch
 * @param time            the latest time that a signed document told
 * @param releaseCounters per stack, the highest counter of a release that was staged
 */
public record Floor(
        long epoch, long sequence, Optional<Digest> digest, Instant time, Map<StackId, Long> releaseCounters) {

    /** @throws IllegalArgumentException if a number is negative, or sequence and digest do not go together */
    public Floor {
        if (epoch < 0 || sequence < 0 || digest.isPresent() != (sequence > 0)) {
            throw new IllegalArgumentException("floor: epoch " + epoch + ", sequence " + sequence + ", digest " + digest
                    + " (expected: 0 or more, and a digest exactly with a sequence)");
        }
        releaseCounters = Map.copyOf(releaseCounters);
    }

    /** At join: the later of the program's build time and the root's, since the device's clock may never have been set. */
    public static Floor first(TrustRoot root, Instant buildTime) {
        Instant time = buildTime.isAfter(root.issuedAt()) ? buildTime : root.issuedAt();
        return new Floor(root.epoch(), 0, Optional.empty(), time, Map.of());
    }

    /** What time it is at least: the own clock, or the floor where the clock is behind it. */
    public Instant now(Instant clock) {
        return clock.isAfter(time) ? clock : time;
    }

    /** A new epoch begins: sequences start anew, and the time is the root's even if a wrong clock had driven it further. */
    Floor enter(TrustRoot root) {
        return root.epoch() > epoch
                ? new Floor(root.epoch(), 0, Optional.empty(), root.issuedAt(), releaseCounters)
                : this;
    }

    /** With a signed time seen; it never falls. */
    public Floor atLeast(Instant signedTime) {
        return new Floor(epoch, sequence, digest, now(signedTime), releaseCounters);
    }

    Floor adopted(long newSequence, Digest newDigest, Instant issuedAt) {
        return new Floor(epoch, newSequence, Optional.of(newDigest), now(issuedAt), releaseCounters);
    }

    /** The lowest counter that is accepted for a stack. */
    public long releaseCounter(StackId stack) {
        return releaseCounters.getOrDefault(stack, 0L);
    }

    /** With a release of this counter staged; it never falls. */
    public Floor staged(StackId stack, long counter) {
        Map<StackId, Long> counters = new TreeMap<>(releaseCounters);
        counters.merge(stack, counter, Math::max);
        return new Floor(epoch, sequence, digest, time, counters);
    }
}
