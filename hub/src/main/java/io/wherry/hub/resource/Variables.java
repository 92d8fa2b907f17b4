package io.wherry.hub.resource;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Values by name, as stacks and agents declare them. */
final class Variables {
    /** More is a file, and belongs into the repository. */
    static final int MAX_COUNT = 512;

    /** A certificate chain fits. */
    static final int MAX_VALUE_CHARS = 16 << 10;

    private Variables() {}

    static SortedMap<String, String> copy(Map<String, String> variables) {
        if (variables.size() > MAX_COUNT) {
            throw new IllegalArgumentException(
                    "variables: " + variables.size() + " (expected: at most " + MAX_COUNT + ")");
        }
        variables.forEach((name, value) -> {
            Names.requireVariable("variable", name);
            if (value.length() > MAX_VALUE_CHARS) {
                throw new IllegalArgumentException("variable " + name + ": " + value.length()
                        + " characters (expected: at most " + MAX_VALUE_CHARS + ")");
            }
        });
        return Collections.unmodifiableSortedMap(new TreeMap<>(variables));
    }
}
