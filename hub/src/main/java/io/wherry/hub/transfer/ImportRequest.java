package io.wherry.hub.transfer;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a file's content goes. What has no target is skipped, and said so.
 *
 * @param repositories by name in the file: an https URL, or a folder
 * @param registry     {@code HOST[:PORT]}
 * @param files        a folder
 * @param force        what may be lost: {@code NAME@refs/heads/main}, {@code FILE}
 */
public record ImportRequest(
        Map<String, String> repositories, Optional<String> registry, Optional<Path> files, Set<String> force) {
    public ImportRequest {
        repositories = Map.copyOf(repositories);
        force = Set.copyOf(force);
    }

    boolean hasTarget() {
        return !repositories.isEmpty() || registry.isPresent() || files.isPresent();
    }
}
