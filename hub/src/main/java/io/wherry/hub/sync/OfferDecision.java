package io.wherry.hub.sync;

import io.wherry.hub.resource.SyncSpec;
import io.wherry.hub.status.StatusReason;
import io.wherry.hub.sync.Word.Weight;
import java.util.Optional;

/** Whether new content of a stack may be offered now. Pure: the table of docs/explanation/life-of-a-commit.md. */
sealed interface OfferDecision {
    /** Offer it. */
    record Offer() implements OfferDecision {}

    /** Offer it to some; the others have their turn in the stack's rollout. */
    record Partly(StatusReason reason, String detail) implements OfferDecision {}

    /** Keep it back until a person speaks. */
    record Wait(StatusReason reason, String detail) implements OfferDecision {}

    /**
     * @param suspended the stack is suspended: nothing is applied, whoever asks
     * @param pinned    the content is that of the pinned revision, so a person has already decided
     * @param objection why a person must confirm the deletions of this plan
     * @param change    one sentence: what would change
     */
    static OfferDecision decide(
            SyncSpec.Mode mode,
            boolean suspended,
            boolean pinned,
            Optional<String> objection,
            Weight weight,
            String change) {
        if (suspended) {
            return new Wait(StatusReason.SUSPENDED, change);
        }
        if (mode == SyncSpec.Mode.MANUAL && !pinned && weight == Weight.NONE) {
            return new Wait(StatusReason.OUT_OF_SYNC, change);
        }
        if (objection.isPresent() && !pinned && weight != Weight.CONFIRMED) {
            return new Wait(StatusReason.CONFIRMATION_NEEDED, objection.get());
        }
        return new Offer();
    }
}
