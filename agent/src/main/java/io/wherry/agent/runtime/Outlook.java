package io.wherry.agent.runtime;

import java.util.List;

/**
 * What applying a deployment would change, found out without changing anything.
 *
 * @param objects that would change, in the order in which they are declared; then those that would go
 * @param notes   what a person should know before, a sentence each
 */
public record Outlook(List<Changed> objects, List<String> notes) {
    public Outlook {
        objects = List.copyOf(objects);
        notes = List.copyOf(notes);
    }

    /** Nothing can be said, because of this. */
    public static Outlook blocked(String why) {
        return new Outlook(List.of(), List.of(why));
    }

    /**
     * One object.
     *
     * @param object {@code Deployment.apps/shop/web}
     * @param diff   what differs as lines of a unified diff of YAML, without its head; values of secrets as a keyed hash. Empty where nothing can be shown
     * @param note   what is special of it; empty: nothing
     */
    public record Changed(String object, Action action, List<String> diff, String note) {
        public Changed {
            diff = List.copyOf(diff);
        }
    }

    /** What would become of an object. */
    public enum Action {
        CREATED,
        CHANGED,
        /** Deleted and made anew, since it cannot be changed. */
        REPLACED,
        DELETED,
        /** No longer declared, and left. */
        LEFT
    }
}
