package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.Neighbours;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.contract.ObjectName;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import java.util.Optional;

/** Objects that go from one stack of this agent to another: the new one takes them, the old one lets them alone, and nobody deletes them in between. */
final class Moves {
    private final ApplySet set;
    private final Neighbours neighbours;
    private final boolean yields;

    /** @param yields whether what another stack has is left to it: a repair and a way back do, a new generation does not */
    Moves(ApplySet set, Neighbours neighbours, boolean yields) {
        this.set = set;
        this.neighbours = neighbours;
        this.yields = yields;
    }

    /** Whether this is a repair or a way back: what ran to its end before is not run again. */
    boolean isOfWhatRan() {
        return yields;
    }

    /**
     * Whether another stack of this agent has it, and stopped to declare it.
     *
     * @throws PendingException for a new generation, as long as the other one has not stopped, or that is not known
     */
    boolean mayTake(ObjectName key, Json.Obj live) {
        return otherStack(live).filter(other -> mayTake(key, other)).isPresent();
    }

    private boolean mayTake(ObjectName key, StackId other) {
        Neighbours.Claim claim = neighbours.claim(other, key.toString());
        if (yields) {
            boolean mine = neighbours.claim(set.identity().stack(), key.toString()) == Neighbours.Claim.DECLARED;
            return mine && claim == Neighbours.Claim.NONE;
        }
        return switch (claim) {
            case NONE -> true;
            case DECLARED ->
                throw new PendingException(
                        RuntimeReason.NAME_TAKEN,
                        key + ": belongs to stack " + other + " of this agent, which declares it too"
                                + " (expected: one of the two; it is taken over when that one stops to)");
            case UNKNOWN ->
                throw new PendingException(
                        RuntimeReason.NAME_TAKEN,
                        key + ": belongs to stack " + other + " of this agent, whose newest content has not come yet");
        };
    }

    /** Whether it is another stack's of this agent by now, and left to it. */
    boolean isLeft(ObjectName key, Json.Obj live) {
        return yields && otherStack(live).filter(other -> !mayTake(key, other)).isPresent();
    }

    private Optional<StackId> otherStack(Json.Obj live) {
        String stack = Fields.label(live, Marks.STACK);
        boolean ours = Fields.annotation(live, Marks.OWNER).equals(set.owner());
        boolean elsewhere = ours
                && !Fields.label(live, Marks.PART_OF).isEmpty()
                && !stack.equals(set.identity().stack().toString());
        return elsewhere ? id(stack) : Optional.empty();
    }

    /** Anybody can write a label: one that names no stack is drift like any other. */
    private static Optional<StackId> id(String label) {
        try {
            return Optional.of(StackId.parse(label));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
