package io.wherry.hub.transfer;

import io.wherry.hub.registry.Platform;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a person wants carried.
 *
 * @param repositories {@code [NAME=]URL_OR_FOLDER[@REF,…]}
 * @param images       as their registries call them
 * @param platform     of images for several: this one alone; all of them if empty
 * @param files        plain files
 * @param since        an earlier transfer file: what it brought is left out
 */
public record ExportRequest(
        List<String> repositories,
        List<String> images,
        Optional<Platform> platform,
        List<Path> files,
        Optional<Path> since) {
    public ExportRequest {
        repositories = List.copyOf(repositories);
        images = List.copyOf(images);
        files = List.copyOf(files);
    }
}
