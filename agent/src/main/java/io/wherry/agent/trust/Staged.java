package io.wherry.agent.trust;

import io.wherry.contract.Manifest;
import io.wherry.contract.Release;
import java.time.Duration;
import java.util.Optional;

/** What staging an entry came to. */
public sealed interface Staged {

    /**
     * Release, manifest and every blob are here and verified.
     *
     * @param manifest empty for a tombstone
     */
    record Ready(Release release, Optional<Manifest> manifest) implements Staged {}

    /** Surroundings: no link, or the disk refused. What came is kept; tried again later. */
    record Pending(String reason, String detail, Optional<Duration> retryAfter) implements Staged {}

    /** A verdict: the content must not run here. */
    record Refused(String reason, String detail) implements Staged {}
}
