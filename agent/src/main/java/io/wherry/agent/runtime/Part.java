package io.wherry.agent.runtime;

import io.wherry.agent.health.ObjectHealth;
import java.util.Comparator;
import java.util.List;

/**
 * An object of a stack, how it does, and what it consists of.
 *
 * @param object {@code service/web}, {@code Deployment.apps/shop/web}; of what an object consists of its own name, such as the container's
 * @param detail one sentence; may be empty
 * @param parts  in name order
 */
public record Part(String object, ObjectHealth.State state, String detail, List<Part> parts) {
    public Part {
        parts = List.copyOf(parts);
    }

    /** One that consists of nothing further. */
    public Part(String object, ObjectHealth.State state, String detail) {
        this(object, state, detail, List.of());
    }

    /** One that does as its worst part does. */
    public static Part of(String object, List<Part> parts) {
        Part worst = parts.stream()
                .max(Comparator.comparing(Part::state))
                .orElseThrow(
                        () -> new IllegalArgumentException("parts: none of " + object + " (expected: one or more)"));
        String detail = parts.size() == 1 || worst.state() != ObjectHealth.State.HEALTHY
                ? worst.detail()
                : "all " + parts.size() + " " + worst.detail();
        return new Part(object, worst.state(), detail, parts);
    }
}
