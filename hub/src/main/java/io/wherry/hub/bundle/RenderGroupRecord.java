package io.wherry.hub.bundle;

import io.wherry.contract.Digest;
import io.wherry.hub.source.ReadSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of one group of targets when it was rendered last.
 *
 * @param readSet  what was looked at: as long as it still matches, the same would come out again
 * @param pins     digests that images had to be pinned to, by image; empty text: not known yet. No entries where nothing is to be pinned
 * @param bundle   absent if it could not be rendered
 * @param problems why not, {@code FILE:LINE:COLUMN: problem (hint)} each; where there is a bundle, what a person should know of it
 */
public record RenderGroupRecord(
        ReadSet readSet, SortedMap<String, String> pins, Optional<Digest> bundle, List<String> problems) {
    public RenderGroupRecord {
        pins = Collections.unmodifiableSortedMap(new TreeMap<>(pins));
        problems = List.copyOf(problems);
        if (bundle.isEmpty() && problems.isEmpty()) {
            throw new IllegalArgumentException("problems: none (expected: some where there is no bundle)");
        }
    }

    /** One of files that pin nothing, or cannot be rendered. */
    public RenderGroupRecord(ReadSet readSet, Optional<Digest> bundle, List<String> problems) {
        this(readSet, Collections.emptySortedMap(), bundle, problems);
    }

    /** What a person should know of files that could be rendered. */
    public List<String> warnings() {
        return bundle.isPresent() ? problems : List.of();
    }

    /** Whether it waits for the digest of an image. */
    public boolean waitsForDigests() {
        return pins.containsValue("");
    }
}
