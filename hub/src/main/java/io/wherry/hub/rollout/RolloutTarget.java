package io.wherry.hub.rollout;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import java.time.Instant;
import java.util.Optional;

/**
 * One target of a rollout: a row of table {@code rollout_target}.
 *
 * @param wave       from 0
 * @param content    what it is to have; the same digest for the same bundle, variables and secrets
 * @param offered    when it was offered the content; empty: not yet
 * @param countsFrom from when its time limit counts
 * @param kept       it cannot have the content for now, for a reason of its own; of a rollout that goes back: what it had before
 * @param returned   it was offered what it had before
 */
public record RolloutTarget(
        AgentId agent,
        int wave,
        Digest content,
        Optional<Instant> offered,
        Instant countsFrom,
        boolean kept,
        boolean returned) {

    /** A target that has not been offered anything yet. */
    public static RolloutTarget queued(AgentId agent, int wave, Digest content) {
        return new RolloutTarget(agent, wave, content, Optional.empty(), Instant.EPOCH, false, false);
    }

    public RolloutTarget offeredAt(Instant now) {
        return new RolloutTarget(agent, wave, content, offered.or(() -> Optional.of(now)), now, kept, returned);
    }

    /** It was offered what it had before. */
    public RolloutTarget returnedAt(Instant now) {
        return new RolloutTarget(agent, wave, content, offered, now, false, true);
    }

    public RolloutTarget kept(boolean now) {
        return new RolloutTarget(agent, wave, content, offered, countsFrom, now, returned);
    }

    RolloutTarget countingFrom(Instant now) {
        return new RolloutTarget(agent, wave, content, offered, now, kept, returned);
    }
}
