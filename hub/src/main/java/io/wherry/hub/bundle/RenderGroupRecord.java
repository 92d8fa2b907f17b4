package io.wherry.hub.bundle;

import io.wherry.contract.Digest;
import io.wherry.hub.source.ReadSet;
import java.util.List;
import java.util.Optional;

/**
 * What became of one group of targets when it was rendered last.
 *
 * @param readSet  what was looked at: as long as it still matches, the same would come out again
 * @param bundle   absent if it could not be rendered
 * @param problems why not, {@code FILE:LINE:COLUMN: problem (hint)} each
 */
public record RenderGroupRecord(ReadSet readSet, Optional<Digest> bundle, List<String> problems) {
    public RenderGroupRecord {
        problems = List.copyOf(problems);
        if (bundle.isPresent() != problems.isEmpty()) {
            throw new IllegalArgumentException(
                    "problems: " + problems + " (expected: some if and only if there is no bundle)");
        }
    }
}
