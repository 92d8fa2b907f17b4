package io.wherry.agent.runtime;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What staging came to. */
public sealed interface Staging {

    /**
     * Everything is there.
     *
     * @param images service name to image id
     */
    record Staged(SortedMap<String, String> images) implements Staging {
        public Staged {
            images = Collections.unmodifiableSortedMap(new TreeMap<>(images));
        }
    }

    /** The surroundings are not ready: keep what runs and try again later. */
    record Pending(RuntimeReason reason, String detail) implements Staging {}

    /** The content can never run here as it is. */
    record Refused(RuntimeReason reason, String detail) implements Staging {}
}
