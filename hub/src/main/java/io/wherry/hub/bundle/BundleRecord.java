package io.wherry.hub.bundle;

import io.wherry.contract.BundleRef;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the hub remembers of a bundle it packed.
 *
 * @param objects what its model declares, like {@code service/web}: what a later release may permit to delete
 * @param images  images of its services
 * @param siteVariables names of those it leaves to the site
 */
public record BundleRecord(
        BundleRef ref, SortedSet<String> objects, List<String> images, SortedSet<String> siteVariables) {
    public BundleRecord {
        objects = Collections.unmodifiableSortedSet(new TreeSet<>(objects));
        images = List.copyOf(images);
        siteVariables = Collections.unmodifiableSortedSet(new TreeSet<>(siteVariables));
    }

    /** Images that name no digest: what runs is decided by the registry on the day. */
    public List<String> unpinnedImages() {
        return images.stream().filter(image -> !image.contains("@sha256:")).toList();
    }
}
