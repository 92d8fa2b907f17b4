package io.wherry.agent.runtime;

import java.util.List;

/**
 * What taking over a project would do to what people run of it. Names of fields, never values.
 *
 * @param found   containers that people made, by name
 * @param blocked why nothing could be taken over, a sentence each; empty if nothing stands in the way
 */
public record Comparison(List<Found> found, List<String> blocked) {
    public Comparison {
        found = List.copyOf(found);
        blocked = List.copyOf(blocked);
    }

    /** Nothing can be said, because of this. */
    public static Comparison blocked(String why) {
        return new Comparison(List.of(), List.of(why));
    }

    /**
     * One container.
     *
     * @param object {@code service/web}
     * @param name   as the engine has it
     * @param why    in what it differs; empty if it is kept
     */
    public record Found(String object, String name, Outcome outcome, String why) {}

    /** What would become of a container. */
    public enum Outcome {
        /** It is as the files say. */
        KEPT("Kept"),
        /** It keeps running and something is set right on it. */
        ADJUSTED("Adjusted"),
        REPLACED("Replaced"),
        /** The files have no such service. */
        LEFT_OVER("LeftOver");

        private final String code;

        Outcome(String code) {
            this.code = code;
        }

        /** As it travels. */
        public String code() {
            return code;
        }
    }
}
