package io.wherry.hub.bundlefile;

import io.wherry.contract.CarriedImage;
import io.wherry.contract.Digest;
import io.wherry.contract.Running;
import io.wherry.hub.status.TargetState;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What one site has, by its last receipts: bundles that run there, which an agent keeps, and images that they run from.
 *
 * @param images ids as its engine calls them
 */
record Held(Set<Digest> bundles, Set<String> images) {
    static final Held NOTHING = new Held(Set.of(), Set.of());

    static Held of(List<TargetState> targets) {
        Set<Digest> bundles = new HashSet<>();
        Set<String> images = new HashSet<>();
        targets.forEach(target -> target.report().ifPresent(report -> {
            report.running().map(Running::bundle).ifPresent(bundles::add);
            images.addAll(report.images().values());
        }));
        return new Held(bundles, images);
    }

    boolean has(CarriedImage image) {
        return images.contains(image.config().toString())
                || images.contains(image.manifest().toString());
    }
}
