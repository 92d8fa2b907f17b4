package io.wherry.agent.runtime;

import static java.util.Objects.requireNonNull;

import io.wherry.contract.StackId;
import java.time.Instant;
import java.util.Optional;

/**
 * An image that this agent pulled or loaded.
 *
 * @param stack  for which; empty: a file brought it, and no stack has asked for it yet
 * @param name   that we gave it on the runtime: {@code shop:2}, {@code shop@sha256:…}
 * @param id     on the runtime; empty: it is on its way, or was when the agent died
 * @param before id that the name meant before; empty: none
 * @param usedAt when a generation was last staged with it
 */
public record BroughtImage(Optional<StackId> stack, String name, String id, String before, Instant usedAt) {
    public BroughtImage {
        requireNonNull(usedAt, "usedAt");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("name: empty (expected: what the runtime calls the image)");
        }
    }

    /** Arrived. */
    public BroughtImage as(String arrived, Instant now) {
        return new BroughtImage(stack, name, arrived, before, now);
    }

    /** The same for a stack that asks for it. */
    public BroughtImage usedBy(StackId asking, Instant now) {
        return new BroughtImage(Optional.of(asking), name, id, before, now);
    }

    /** Whether both are of one image under one name for one stack. */
    public boolean isSameAs(BroughtImage other) {
        return stack.equals(other.stack) && name.equals(other.name) && id.equals(other.id);
    }
}
