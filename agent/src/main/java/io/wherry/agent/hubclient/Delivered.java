package io.wherry.agent.hubclient;

import io.wherry.contract.Digest;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What delivering receipts came to. */
public sealed interface Delivered {

    /** These are safe at the hub and may be forgotten here. */
    record Accepted(Set<Digest> digests) implements Delivered {}

    /** No answer: they are sent again later; the hub takes each once. */
    record Unreachable(Trouble trouble, String why, Optional<Duration> retryAfter) implements Delivered {}

    record Refused(String reason, String detail) implements Delivered {}
}
