package io.wherry.hub.render.kubernetes;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The variables that a stack's objects may name.
 *
 * @param early values that are put in here
 * @param late  names of the site variables that an agent puts in, with the pattern of their values
 */
public record ObjectValues(SortedMap<String, String> early, SortedMap<String, String> late) {
    public ObjectValues {
        early = Collections.unmodifiableSortedMap(new TreeMap<>(early));
        late = Collections.unmodifiableSortedMap(new TreeMap<>(late));
    }
}
