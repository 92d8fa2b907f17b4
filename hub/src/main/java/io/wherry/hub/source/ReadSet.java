package io.wherry.hub.source;

import io.wherry.contract.Digest;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a renderer looked at: a stack is rendered again only when one of these changed.
 *
 * @param looks what was looked up (kind and path) to a fingerprint of what was found there: two trees with equal fingerprints for every
 *              look render alike
 */
public record ReadSet(SortedMap<Look, String> looks) {

    /** The fingerprint of a look that found nothing: a file that appears there later changes the read set. */
    public static final String ABSENT = "absent";

    public ReadSet {
        looks = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(looks));
    }

    /** No tree has a file of that name. */
    private static final Look UNSETTLED = new Look(Look.Kind.FILE, "");

    /** The same, of a rendering that may come out otherwise another time: no tree matches it, so that it is tried again. */
    public ReadSet unsettled() {
        SortedMap<Look, String> all = new TreeMap<>(looks);
        all.put(UNSETTLED, "unsettled");
        return new ReadSet(all);
    }

    public boolean isUnsettled() {
        return looks.containsKey(UNSETTLED);
    }

    /** What was looked at, and no more. */
    public ReadSet settled() {
        SortedMap<Look, String> all = new TreeMap<>(looks);
        all.remove(UNSETTLED);
        return new ReadSet(all);
    }

    /** One look: a file read, or a folder listed. */
    public record Look(Kind kind, String path) implements Comparable<Look> {
        public enum Kind {
            FILE,
            LISTING
        }

        @Override
        public int compareTo(Look other) {
            int byPath = path.compareTo(other.path);
            return byPath != 0 ? byPath : kind.compareTo(other.kind);
        }
    }

    /** One name for all of it. */
    public Digest digest() {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<Look, String> look : looks.entrySet()) {
            text.append(look.getKey().kind())
                    .append('\0')
                    .append(look.getKey().path())
                    .append('\0')
                    .append(look.getValue())
                    .append('\n');
        }
        return Digest.of(text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
