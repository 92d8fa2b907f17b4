package io.wherry.hub.bundlefile;

import io.wherry.base.Causes;
import io.wherry.contract.AgentId;
import io.wherry.contract.registry.RegistryException;
import io.wherry.hub.bundle.BundleStore;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.registry.ImageSource;
import io.wherry.hub.release.Keys;
import io.wherry.hub.release.Releases;
import io.wherry.hub.rollout.Offer;
import io.wherry.hub.status.TargetState;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** What a file is made of: gathers it, and says what of it cannot be had. */
public final class FileMaker {
    private final BundleStore bundles;
    private final Releases releases;
    private final Supplier<List<byte[]>> rootChain;
    private final ImageSource imageSource;
    private final Function<AgentId, List<TargetState>> reported;
    private final Acknowledgements acknowledgements;

    /**
     * @param rootChain   envelopes of the trust roots, version 1 first: {@link Keys#chain}
     * @param imageSource where images come from
     * @param reported    what is known of an agent's stacks
     */
    public FileMaker(
            BundleStore bundles,
            Releases releases,
            Supplier<List<byte[]>> rootChain,
            ImageSource imageSource,
            Function<AgentId, List<TargetState>> reported,
            Acknowledgements acknowledgements) {
        this.bundles = bundles;
        this.releases = releases;
        this.rootChain = rootChain;
        this.imageSource = imageSource;
        this.reported = reported;
        this.acknowledgements = acknowledgements;
    }

    /** No images. */
    Cargo withoutImages() {
        return new Cargo(bundles, imageSource);
    }

    /** The images that these offers name, one for each agent. @throws Stop naming the one that cannot be had */
    Cargo images(List<AgentRecord> chosen, List<Offer> newest) {
        Cargo cargo = new Cargo(bundles, imageSource);
        for (int i = 0; i < chosen.size(); i++) {
            AgentRecord agent = chosen.get(i);
            try {
                cargo.add(agent, FileContent.parse(newest.get(i).envelope()));
            } catch (RegistryException e) {
                throw new Stop(ExportReason.EXPORT_IMAGE_UNAVAILABLE, String.valueOf(e.getMessage()), e.hint());
            } catch (IOException e) {
                throw new Stop(
                        ExportReason.EXPORT_IMAGE_UNAVAILABLE,
                        "images of agent " + agent.name() + ": " + Causes.words(e),
                        "try again");
            }
        }
        return cargo;
    }

    /** Everything, with these offers, one for each agent. @throws Stop naming what is missing or too much */
    FileContent content(List<AgentRecord> chosen, List<Offer> offers, Cargo cargo, boolean lean) {
        FileContent content = new FileContent(bundles, releases, imageSource);
        rootChain.get().forEach(content::root);
        Map<AgentId, byte[]> acknowledged =
                acknowledgements.of(chosen.stream().map(AgentRecord::id).toList());
        try {
            for (int i = 0; i < chosen.size(); i++) {
                AgentId agent = chosen.get(i).id();
                Held held = lean ? Held.of(reported.apply(agent)) : Held.NOTHING;
                content.assignment(offers.get(i).envelope(), chosen.get(i).name(), held);
                if (acknowledged.containsKey(agent)) {
                    content.acknowledgement(
                            acknowledged.get(agent), agent, chosen.get(i).name());
                }
                cargo.of(agent).stream()
                        .filter(image -> !held.has(image.image()))
                        .forEach(image -> content.image(image.image().name(), image));
            }
            content.requireFits();
            return content;
        } catch (FileContent.MissingContent e) {
            throw new Stop(
                    ExportReason.EXPORT_CONTENT_MISSING,
                    String.valueOf(e.getMessage()),
                    "bring it back by a new commit, or restore the hub's data folder from its backup");
        } catch (IllegalArgumentException e) {
            throw new Stop(
                    ExportReason.EXPORT_TOO_LARGE, String.valueOf(e.getMessage()), "make a file for fewer agents");
        }
    }
}
