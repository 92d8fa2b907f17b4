package io.wherry.agent.runtime;

import io.wherry.contract.StackId;
import java.util.Optional;

/**
 * What the other stacks of this agent are to be next, by what it is assigned: so that an object which one stack stops to declare and another one begins to
 * declare goes from the one to the other, and is never away. Asked only where an object of one is met by another, or is about to be deleted.
 */
public interface Neighbours {
    /** No other stack. */
    Neighbours NONE = new Neighbours() {
        @Override
        public Claim claim(StackId stack, String object) {
            return Claim.NONE;
        }

        @Override
        public Optional<String> wants(StackId besides, String object) {
            return Optional.empty();
        }
    };

    /** What a stack that is assigned has to do with an object. */
    enum Claim {
        /** It does not declare it, or nothing is assigned of it. */
        NONE,
        DECLARED,
        /** Its content has not come yet. */
        UNKNOWN
    }

    /** @param object such as {@code ConfigMap/shop/settings} */
    Claim claim(StackId stack, String object);

    /**
     * Whether another stack declares the object, or may.
     *
     * @param besides the stack that asks
     * @return why it is wanted, as half a sentence; empty: nobody else wants it
     */
    Optional<String> wants(StackId besides, String object);
}
