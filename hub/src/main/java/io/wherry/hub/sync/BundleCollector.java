package io.wherry.hub.sync;

import io.wherry.contract.Digest;
import io.wherry.contract.EntryState;
import io.wherry.contract.Manifest;
import io.wherry.contract.Running;
import io.wherry.hub.bundle.BundleStore.Collected;
import io.wherry.hub.status.TargetState;
import io.wherry.hub.status.TargetStates;
import java.util.HashSet;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Finds what is still needed and lets the rest go: bundles of the revisions that are kept, of every entry, of what any agent runs, and of what
 * was rendered last. Runs between turns, so that nothing it does not see is about to be needed.
 */
final class BundleCollector {
    /** Releases kept per stack: ten revisions of up to ten bundles each. The newest also keep the counter rising. */
    private static final int RELEASES_PER_STACK = 100;

    private final FleetStores stores;

    BundleCollector(FleetStores stores) {
        this.stores = stores;
    }

    Collected collect() {
        Set<Digest> bundles = stores.database().read(BundleCollector::needed);
        Set<Digest> blobs = new HashSet<>(bundles);
        for (Digest bundle : bundles) {
            stores.bundles().read(bundle).map(Manifest::parse).ifPresent(manifest -> manifest.layers()
                    .forEach(layer -> blobs.add(layer.digest())));
        }
        blobs.addAll(stores.database().read(ChartPinRepository::digests));
        Collected collected = stores.bundles().collect(blobs);
        stores.database().run(BundleCollector::trimReleases);
        return collected;
    }

    private static Set<Digest> needed(Handle handle) {
        Set<Digest> needed = new HashSet<>();
        handle.createQuery("""
                        SELECT bundle FROM entry WHERE bundle IS NOT NULL
                        UNION SELECT bundle FROM revision_target
                        UNION SELECT bundle FROM render_group WHERE bundle IS NOT NULL""")
                .map((row, context) -> new Digest(row.getString("bundle")))
                .forEach(needed::add);
        for (TargetState target : TargetStates.list(handle)) {
            target.report().flatMap(EntryState::running).map(Running::bundle).ifPresent(needed::add);
        }
        return needed;
    }

    private static void trimReleases(Handle handle) {
        handle.createUpdate("""
                        DELETE FROM release WHERE digest NOT IN (SELECT release FROM entry UNION SELECT release FROM revision_target)
                        AND counter <= (SELECT max(counter) - :kept FROM release r WHERE r.stack = release.stack)""").bind("kept", RELEASES_PER_STACK).execute();
    }
}
