package io.wherry.agent.hubclient;

import io.wherry.contract.Digest;
import java.time.Duration;
import java.util.List;
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
     * The hub offers an assignment, and the dates of its certificate do not fit this site's clock: it is not to be considered.
     *
     * @param why for a person
     */
    record Doubted(String why, Wishes wishes) implements Polled {}

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

    /** This site gave it up, because it has something to say: the next one says it. */
    record GivenUp() implements Polled {}

    /**
     * What the hub would like next.
     *
     * @param nextPoll   when to poll again; empty: the agent's own interval
     * @param facts      send the facts with the next poll
     * @param fullReport send a receipt of the whole present state
     * @param log        a newer checkpoint of its audit log
     * @param export     an operator waits to see what runs here
     */
    record Wishes(
            Optional<Duration> nextPoll,
            boolean facts,
            boolean fullReport,
            long rootVersion,
            Optional<Log> log,
            Optional<ExportWish> export) {}

    /**
     * A question of an operator.
     *
     * @param id      under which it is answered, 32 hex digits
     * @param project Compose project; empty: which there are
     * @param compare JSON of what a stack would run of it, not looked at yet; empty: the question is what runs
     * @param ask     another question in the place of both, packed, not looked at yet; empty: none
     */
    record ExportWish(String id, String project, byte[] compare, byte[] ask) {
        public ExportWish {
            compare = compare.clone();
            ask = ask.clone();
        }

        @Override
        public byte[] ask() {
            return ask.clone();
        }

        @Override
        public byte[] compare() {
            return compare.clone();
        }
    }

    /**
     * A checkpoint, not judged yet.
     *
     * @param envelope    DSSE bytes
     * @param consistency that it continues the log of the size that was told
     */
    record Log(byte[] envelope, List<Digest> consistency) {}
}
