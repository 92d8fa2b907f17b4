package io.wherry.hub.bundle;

import io.wherry.contract.BundleRef;
import io.wherry.contract.Digest;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A bundle, ready to be stored.
 *
 * @param ref   digest of the manifest, and the length of it with all its blobs
 * @param blobs the manifest and every blob it names, by digest; bytes are not copied: do not change them
 */
public record PackedBundle(BundleRef ref, SortedMap<Digest, byte[]> blobs) {
    public PackedBundle {
        blobs = Collections.unmodifiableSortedMap(new TreeMap<>(blobs));
    }
}
