package io.wherry.base;

import java.util.Collection;
import java.util.stream.Collectors;

/** Names in sentences. */
public final class Listed {
    /** Who reads a sentence mends these and looks again. */
    private static final int FEW = 5;

    private Listed() {}

    /** {@code north, south} or {@code a, b, c, d, e and 3 more}, in the order in which they come. */
    public static String few(Collection<String> names) {
        return of(names, FEW);
    }

    /** @param most how many are named */
    public static String of(Collection<String> names, int most) {
        int more = names.size() - most;
        return names.stream().limit(most).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : "");
    }
}
