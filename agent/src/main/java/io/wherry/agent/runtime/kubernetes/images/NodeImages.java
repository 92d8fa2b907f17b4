package io.wherry.agent.runtime.kubernetes.images;

import io.wherry.agent.runtime.LoadableImage;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.contract.CarriedImage;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where images from bundle files go, as the site chose. Each is called what pods call it, since a kubelet looks an image up by its name alone.
 *
 * <p>Methods throw {@link RuntimeUnavailable} where the place cannot be used now.
 */
public sealed interface NodeImages {

    /** Whether it is there, under its name, with the content of its manifest. */
    boolean has(CarriedImage image);

    /** Puts it there. May be repeated. */
    void load(LoadableImage image);

    /**
     * What of these images lies in a place that this agent keeps tidy; marks them as used now.
     *
     * @param names as pods call them
     * @return name to manifest digest
     */
    default SortedMap<String, String> staged(Set<String> names) {
        return new TreeMap<>();
    }

    /**
     * Takes away what nobody needs any more.
     *
     * @param needed manifest digests
     * @return names of what went
     */
    default List<String> collect(Set<String> needed) {
        return List.of();
    }

    /** Whether every node of the cluster has it from there; else the agent's own alone. */
    default boolean forAllNodes() {
        return false;
    }

    /** The site chose none: images are the nodes' to pull. */
    record None() implements NodeImages {
        @Override
        public boolean has(CarriedImage image) {
            throw refusal(image);
        }

        @Override
        public void load(LoadableImage image) {
            throw refusal(image.image());
        }

        private static RuntimeUnavailable refusal(CarriedImage image) {
            return new RuntimeUnavailable(
                    RuntimeReason.UNSUPPORTED_FIELD,
                    image.name()
                            + ": this agent does not know where the cluster's node takes images from (expected: kubernetes.imagesFolder,"
                            + " kubernetes.containerd or kubernetes.imagesRegistry in agent.yaml; or a file without images, and a registry that the nodes reach)",
                    null);
        }
    }

    /** A folder that the node's engine reads by itself. */
    record InFolder(ImagesFolder folder) implements NodeImages {
        @Override
        public boolean has(CarriedImage image) {
            return folder.has(image);
        }

        @Override
        public void load(LoadableImage image) {
            folder.load(image);
        }

        @Override
        public SortedMap<String, String> staged(Set<String> names) {
            return folder.staged(names);
        }

        @Override
        public List<String> collect(Set<String> needed) {
            return folder.collect(needed);
        }
    }

    /** containerd itself. Old images are the kubelet's to take away, as those that it pulled. */
    record InContainerd(Containerd containerd) implements NodeImages {
        @Override
        public boolean has(CarriedImage image) {
            return containerd.has(image);
        }

        @Override
        public void load(LoadableImage image) {
            containerd.load(image);
        }
    }

    /** A registry of the site. Old images are its owner's to take away. */
    record InRegistry(SiteRegistry registry) implements NodeImages {
        @Override
        public boolean has(CarriedImage image) {
            return registry.has(image);
        }

        @Override
        public void load(LoadableImage image) {
            registry.load(image);
        }

        @Override
        public boolean forAllNodes() {
            return true;
        }
    }
}
