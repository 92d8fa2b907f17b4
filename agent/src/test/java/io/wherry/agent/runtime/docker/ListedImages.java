package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.BroughtImage;
import io.wherry.agent.runtime.ImageLedger;
import java.util.ArrayList;
import java.util.List;

/** A ledger in memory, which outlives the agent as a file does. */
final class ListedImages implements ImageLedger {
    private final List<BroughtImage> images = new ArrayList<>();

    @Override
    public List<BroughtImage> all() {
        return List.copyOf(images);
    }

    @Override
    public void put(BroughtImage image) {
        remove(image);
        images.add(image);
    }

    @Override
    public void remove(BroughtImage image) {
        images.removeIf(one -> one.isSameAs(image));
    }
}
