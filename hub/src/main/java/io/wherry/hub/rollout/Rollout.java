package io.wherry.hub.rollout;

import io.wherry.contract.StackId;
import io.wherry.hub.resource.RolloutPolicy;
import java.time.Instant;

/**
 * New content of a stack on its way to its targets, in waves: a row of table {@code rollout}. Other content is another rollout.
 *
 * @param number   1, 2, 3 … of the stack
 * @param revision of the stack, under which its targets get the content; 0 until one was offered it
 * @param policy   as it was when the rollout began
 * @param detail   why it is in this state, for a person; may be empty
 * @param wave     the one that is under way, from 0; -1 before the first
 * @param accepted failures that a person went on over: they stop it no more
 * @param since    when it came into this state and wave
 * @param actor    on whose word it began
 * @param base     revision of the stack that all its targets had before, and go back to if it fails and the policy says so; of one that was through when it ended
 *                 its own, since what comes after it goes back no further; 0: none
 */
public record Rollout(
        StackId stack,
        long number,
        long revision,
        RolloutPolicy policy,
        State state,
        String detail,
        int wave,
        int accepted,
        Instant since,
        Instant begun,
        String actor,
        long base) {

    private static final int NOT_BEGUN = -1;

    /** How it stands. */
    public enum State {
        /** Targets of its wave are offered the content. */
        RUNNING,
        /** The wave came to its end and is watched for a while. */
        SOAKING,
        /** The next wave begins on a person's word. */
        GATED,
        /** It stopped by itself, because too many targets failed, or a person stopped it. */
        PAUSED,
        /** All waves are through; some targets failed, were not heard, or cannot have the content for now. These get it as soon as they can. */
        STRAGGLING,
        SUCCEEDED,
        /** A person ended it: what has the content keeps it, the others keep what they have. */
        ABORTED,
        /** Too many targets failed, and all that were offered the content go back to what they had. */
        REVERTING,
        /** They have it again, and are healthy. */
        REVERTED,
        /** Other content took its place. */
        SUPERSEDED;

        /** Whether anything of it may still happen. */
        public boolean isOpen() {
            return this != SUCCEEDED && this != ABORTED && this != REVERTED && this != SUPERSEDED;
        }

        /** Whether targets have their turn in it. */
        boolean offers() {
            return isOpen() && this != PAUSED && this != REVERTING;
        }

        /** Whether all waves are through, so that its content is good for whoever joins. */
        public boolean isThrough() {
            return this == SUCCEEDED || this == STRAGGLING;
        }
    }

    /** A new one, before its first wave. */
    public static Rollout begin(
            StackId stack, long number, RolloutPolicy policy, Instant now, String actor, long base) {
        return new Rollout(stack, number, 0, policy, State.RUNNING, "", NOT_BEGUN, 0, now, now, actor, base);
    }

    public Rollout in(State next, String why, Instant now) {
        return next == state && why.equals(detail)
                ? this
                : new Rollout(stack, number, revision, policy, next, why, wave, accepted, now, begun, actor, base);
    }

    /** It is over before it succeeded. */
    public Rollout ended(State as, String why, Instant now) {
        Rollout over = in(as, why, now);
        return state.isThrough() ? over.withBase(revision) : over;
    }

    public Rollout atWave(int next, Instant now) {
        return new Rollout(stack, number, revision, policy, State.RUNNING, "", next, accepted, now, begun, actor, base);
    }

    public Rollout accepting(int failures, Instant now) {
        return new Rollout(stack, number, revision, policy, State.RUNNING, "", wave, failures, now, begun, actor, base);
    }

    public Rollout under(long stackRevision) {
        return new Rollout(
                stack, number, stackRevision, policy, state, detail, wave, accepted, since, begun, actor, base);
    }

    public Rollout withBase(long earlier) {
        return new Rollout(
                stack, number, revision, policy, state, detail, wave, accepted, since, begun, actor, earlier);
    }
}
