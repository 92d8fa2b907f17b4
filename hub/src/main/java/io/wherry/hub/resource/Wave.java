package io.wherry.hub.resource;

import io.wherry.contract.json.Json;

/**
 * A part of the targets that goes ahead of the others.
 *
 * @param name  for people; each of a policy has its own
 * @param size  which targets
 * @param gated whether it begins on a person's word alone
 */
public record Wave(String name, Size size, boolean gated) {
    /** The last wave of each rollout: whatever the others leave. */
    public static final String REST = "rest";

    /** Which of the targets that no earlier wave took. */
    public sealed interface Size {
        /** So many more. */
        record Count(int targets) implements Size {
            public Count {
                if (targets < 1) {
                    throw new IllegalArgumentException("targets: " + targets + " (expected: 1 or more)");
                }
            }
        }

        /** As many as it takes until this part of all targets has it, rounded up. */
        record UpTo(int percent) implements Size {
            public UpTo {
                if (percent < 1 || percent > 100) {
                    throw new IllegalArgumentException("percent: " + percent + " (expected: 1 to 100)");
                }
            }
        }

        /** Those with matching labels. */
        record Selected(Selector selector) implements Size {}
    }

    public Wave {
        Names.requireName("name", name);
        if (name.equals(REST)) {
            throw new IllegalArgumentException("name: rest (expected: another, that is what the last wave is called)");
        }
    }

    Json.Obj toJson() {
        Json.Builder json = Json.object().put("name", name);
        switch (size) {
            case Size.Count(int targets) -> json.put("targets", targets);
            case Size.UpTo(int percent) -> json.put("percent", percent);
            case Size.Selected(Selector selector) -> json.put("agentSelector", selector.toJson());
        }
        return json.put("gate", gated ? "manual" : "auto").build();
    }
}
