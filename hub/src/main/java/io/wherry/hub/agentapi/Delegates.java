package io.wherry.hub.agentapi;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.hub.audit.CheckpointFeed;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.fleet.Enrolment;
import io.wherry.hub.fleet.Exports;
import io.wherry.hub.fleet.LastSeen;
import io.wherry.hub.fleet.Review.Position;
import io.wherry.hub.rollout.Assignments;
import io.wherry.hub.rollout.Offer;
import io.wherry.hub.sync.AgentReviews;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Whom the port hands its calls on to.
 *
 * @param roots   the chain of trust roots, from memory
 * @param exports what operators ask
 */
public record Delegates(
        Enrolment enrolment,
        AgentRepository agents,
        LastSeen lastSeen,
        Work work,
        Reports reports,
        Reviews reviews,
        Supplier<Roots> roots,
        Log log,
        Exports exports) {

    /** The audit log as agents see it: {@code audit.CheckpointFeed}. */
    @FunctionalInterface
    public interface Log {
        /** There is none. */
        Log NONE = size -> Optional.empty();

        /** The newest checkpoint above that size. From memory. */
        Optional<CheckpointFeed.Shown> above(long size);
    }

    /** What an agent should run: {@code rollout.Assignments}. */
    public interface Work {
        /** The newest signed assignment; asked at every poll, so from memory. */
        Optional<Offer> newest(AgentId agent);

        /** Length in bytes; empty if unknown or not this agent's: both look the same. */
        OptionalLong size(AgentId agent, Digest digest);

        /** The content; the caller closes it. Empty as {@link #size}. */
        Optional<InputStream> open(AgentId agent, Digest digest);

        static Work of(Assignments assignments) {
            return new Work() {
                @Override
                public Optional<Offer> newest(AgentId agent) {
                    return assignments.newest(agent);
                }

                @Override
                public OptionalLong size(AgentId agent, Digest digest) {
                    return assignments.size(agent, digest);
                }

                @Override
                public Optional<InputStream> open(AgentId agent, Digest digest) {
                    return assignments.open(agent, digest);
                }
            };
        }
    }

    /** Where reports go: {@code status}. */
    public interface Reports {
        /** Takes receipts. Answers the digests of the payloads that are now durable. */
        List<Digest> receipts(AgentId agent, List<byte[]> envelopes);

        /** What stacks are doing just now: for display, kept in memory. */
        void progress(AgentId agent, List<StackProgress> progress);
    }

    /** Who may know more than this hub: {@code sync.AgentReviews}. */
    public interface Reviews {
        /** Nobody does. */
        Reviews NONE = new Reviews() {
            @Override
            public boolean isCopied(AgentId agent) {
                return false;
            }

            @Override
            public boolean copied(AgentId agent) {
                return false;
            }

            @Override
            public void absent(AgentId agent, Instant since) {}

            @Override
            public boolean concerns(AgentId agent, Position position, Optional<Digest> adopted) {
                return false;
            }

            @Override
            public boolean heard(AgentId agent, Position position) {
                return false;
            }
        };

        /** Whether two processes poll as this agent and no person has looked at it yet. From memory. */
        boolean isCopied(AgentId agent);

        /** Holds an agent of which there are two. @return whether it is held for that; false: it is held for another reason already */
        boolean copied(AgentId agent);

        /** Holds an agent that was away for too long. */
        void absent(AgentId agent, Instant since);

        /** Whether {@link #heard} is to be called before the poll is answered; asked at every poll, so from memory. */
        boolean concerns(AgentId agent, Position position, Optional<Digest> adopted);

        /** Notes where the agent stands. @return whether it is to tell all that it runs */
        boolean heard(AgentId agent, Position position);

        static Reviews of(AgentReviews reviews) {
            return new Reviews() {
                @Override
                public boolean isCopied(AgentId agent) {
                    return reviews.isCopied(agent);
                }

                @Override
                public boolean copied(AgentId agent) {
                    return reviews.copied(agent);
                }

                @Override
                public void absent(AgentId agent, Instant since) {
                    reviews.absent(agent, since);
                }

                @Override
                public boolean concerns(AgentId agent, Position position, Optional<Digest> adopted) {
                    return reviews.concerns(agent, position, adopted);
                }

                @Override
                public boolean heard(AgentId agent, Position position) {
                    return reviews.heard(agent, position);
                }
            };
        }
    }

    /**
     * What one stack is doing.
     *
     * @param stack the stack's uid as sent; may be unknown here
     * @param phase in CamelCase
     * @param reason in CamelCase; empty: none
     */
    public record StackProgress(
            String stack,
            long generation,
            String phase,
            String reason,
            String message,
            long doneBytes,
            long totalBytes) {}

    /**
     * The trust roots.
     *
     * @param version of the newest
     * @param envelopes from version 1 on
     */
    public record Roots(long version, List<byte[]> envelopes) {
        public Roots {
            envelopes = List.copyOf(envelopes);
        }
    }
}
