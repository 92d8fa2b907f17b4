package io.wherry.hub.bundle;

import io.wherry.contract.BundleRef;
import io.wherry.contract.Features;
import io.wherry.contract.ModelFormat;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the hub remembers of a bundle it packed.
 *
 * @param objects what its model declares, like {@code service/web}: what a later release may permit to delete
 * @param images  images of its services
 * @param siteVariables names of those it leaves to the site
 * @param secrets those whose values come with each agent's entry: name in the model to name of the credential
 * @param asks    what its model asks of an agent beside Compose, see {@link io.wherry.contract.ModelFeatures}
 */
public record BundleRecord(
        BundleRef ref,
        SortedSet<String> objects,
        List<String> images,
        SortedSet<String> siteVariables,
        SortedMap<String, String> secrets,
        SortedSet<String> asks) {
    public BundleRecord {
        objects = Collections.unmodifiableSortedSet(new TreeSet<>(objects));
        images = List.copyOf(images);
        siteVariables = Collections.unmodifiableSortedSet(new TreeSet<>(siteVariables));
        secrets = Collections.unmodifiableSortedMap(new TreeMap<>(secrets));
        asks = new TreeSet<>(asks);
        asks.remove(Features.COMPOSE);
        asks = Collections.unmodifiableSortedSet(asks);
    }

    /** What an agent must understand to carry it out, sorted. */
    public List<String> features() {
        SortedSet<String> features = new TreeSet<>(asks);
        features.add(format().feature());
        if (!secrets.isEmpty()) {
            features.add(Features.SEALED_SECRETS);
        }
        if (!siteVariables.isEmpty()) {
            features.add(Features.SITE_VARIABLES);
        }
        return List.copyOf(features);
    }

    /** What its model is. Those of Compose do not say so: records of earlier versions do not either. */
    public ModelFormat format() {
        return asks.contains(Features.KUBERNETES) ? ModelFormat.KUBERNETES : ModelFormat.COMPOSE;
    }

    /** Images that name no digest: what runs is decided by the registry on the day. */
    public List<String> unpinnedImages() {
        return images.stream().filter(image -> !image.contains("@sha256:")).toList();
    }
}
