package io.wherry.hub.policy;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Where content comes from.
 *
 * @param ref      what is followed, like {@code branch main}
 * @param fixed    whether that always means the same content
 * @param sources  names of all sources that something is taken from, as far as they are known
 * @param chartUrl address of a chart that the stack names itself, by no source
 * @param signed   whether it went through rules of signatures
 */
public record Provenance(
        String ref, boolean fixed, SortedSet<String> sources, Optional<String> chartUrl, boolean signed) {
    public Provenance {
        sources = Collections.unmodifiableSortedSet(new TreeSet<>(sources));
    }
}
