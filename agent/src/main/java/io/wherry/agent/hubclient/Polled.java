package io.wherry.agent.hubclient;

import java.time.Duration;
import java.util.Optional;

/** What a poll came to. */
public sealed interface Polled {

    /** Nothing newer than what was adopted or refused. */
    record UpToDate(Wishes wishes) implements Polled {}

    /**
     * The hub offers an assignment. Nothing about it is known yet: it may be anything.
     *
     * @param envelope DSSE bytes, at most 1 MiB
     */
    record Offered(byte[] envelope, Wishes wishes) implements Polled {}

    /**
     * No answer. Offline is normal: the site goes on with what it has.
     *
     * @param why for a person: what was tried and what failed
     */
    record Unreachable(Trouble trouble, String why, Optional<Duration> retryAfter) implements Polled {}

    /**
     * The hub answered and will not serve this agent.
     *
     * @param reason the hub's code in CamelCase, such as {@code CertificateRevoked}
     */
    record Refused(String reason, String detail) implements Polled {}

    /**
     * What the hub would like next.
     *
     * @param nextPoll   when to poll again; empty: the agent's own interval
     * @param facts      send the facts with the next poll
     * @param fullReport send a receipt of the whole present state
     */
    record Wishes(Optional<Duration> nextPoll, boolean facts, boolean fullReport, long rootVersion) {}
}
