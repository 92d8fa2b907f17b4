package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.hub.release.Releases;
import io.wherry.hub.release.WaitingRelease;
import io.wherry.hub.rollout.PlacedEntry;
import io.wherry.hub.status.StackState;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/**
 * Brings the content of one stack to its targets: decides whether it may go, signs the releases it takes, and writes the entries. Everything in
 * the caller's transaction, so that a stack moves for all its targets and in its history, or not at all.
 */
final class Proposer {
    private final Proposing.Parts parts;
    private final StackRenderer renderer;

    Proposer(
            Releases releases,
            StackRenderer renderer,
            RevisionBook book,
            SecretSealer sealer,
            RolloutGate rollouts,
            WayBack back,
            InstantSource clock) {
        this.parts = new Proposing.Parts(releases, book, sealer, rollouts, back, clock, this::objects);
        this.renderer = renderer;
    }

    /**
     * What became of a proposal.
     *
     * @param moved   how many targets have new content
     * @param decided whether it was offered, or what it waits for
     * @param plan    what the proposal was
     * @param word    why it happened
     * @param awaits  releases of it that approvers have yet to sign, removals too: their targets keep what they have
     */
    record Proposed(
            int moved,
            OfferDecision decided,
            Proposal plan,
            StackState state,
            Word word,
            List<WaitingRelease> awaits) {}

    /** Whether releases for this environment need the signatures of several people. */
    boolean needsThreshold(String environment) {
        return parts.releases()
                .approvals()
                .approvers(environment)
                .filter(role -> role.threshold() > 1)
                .isPresent();
    }

    /**
     * @param content what each target would get, or why it gets nothing
     * @param origin  the commit that it comes from
     * @param state   of the stack until now
     * @param given   why, where nothing more special is found to be the reason
     */
    Proposed propose(
            Handle handle,
            StackInput input,
            Map<AgentId, TargetContent> content,
            Optional<Origin> origin,
            StackState state,
            Word given) {
        return new Proposing(parts, handle, input, content, origin).carryOut(state, given);
    }

    /** What would be proposed; writes nothing. */
    Proposal plan(Handle handle, StackInput input, Map<AgentId, TargetContent> content) {
        return new Proposing(parts, handle, input, content, Optional.empty()).plan();
    }

    /** What the entry's bundle declares. */
    SortedSet<String> objects(Handle handle, PlacedEntry entry) {
        return new TreeSet<>(
                renderer.bundle(handle, entry.bundle().orElseThrow().digest()).objects());
    }
}
