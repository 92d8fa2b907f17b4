package io.wherry.agent.runtime.docker;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One thing to do on the engine. Each may be begun anew at any point of itself. */
sealed interface Step {
    /** {@code service/web}, {@code network/front}, {@code volume/data}. */
    String object();

    /** One short sentence for people. */
    String why();

    /** Makes a network or volume that is not there. */
    record CreateShared(SharedSpec spec, String why) implements Step {
        @Override
        public String object() {
            return spec.object();
        }
    }

    /** Makes a network anew; nothing of ours runs on it any more when this comes. */
    record ReplaceNetwork(SharedSpec spec, List<ObservedContainer> connected, String why) implements Step {
        @Override
        public String object() {
            return spec.object();
        }
    }

    /** Starts a container anew after what it depends on: one call, because one that is stopped may look as if it had completed. */
    record Restart(ObservedContainer container, String object, String why) implements Step {}

    /** Takes a container out of service so that it can come back. */
    record SetAside(ObservedContainer container, String asideName, String object, String why) implements Step {}

    /**
     * Makes a container and starts it.
     *
     * @param discard  unproven ones in its place, removed first
     * @param setAside the one in its place that is kept
     * @param moved    anonymous volumes that it takes over
     * @param obstacle why the one in its place could not run on meanwhile, as the end of a sentence that begins with "it"; empty: nobody asked for that
     */
    record Make(
            ContainerSpec spec,
            List<ObservedContainer> discard,
            Optional<SetAside> setAside,
            Map<String, String> moved,
            String why,
            String obstacle)
            implements Step {
        Make(
                ContainerSpec spec,
                List<ObservedContainer> discard,
                Optional<SetAside> setAside,
                Map<String, String> moved,
                String why) {
            this(spec, discard, setAside, moved, why, "");
        }

        @Override
        public String object() {
            return spec.object();
        }
    }

    /**
     * Start-first: makes a container beside the one that serves, and lets it take its place once it is healthy.
     *
     * @param old       runs, in its place or already under {@code asideName}
     * @param beside    of an earlier try; removed first
     */
    record Swap(ContainerSpec spec, ObservedContainer old, String asideName, List<ObservedContainer> beside, String why)
            implements Step {
        @Override
        public String object() {
            return spec.object();
        }
    }

    /** Ends a container that was set aside and whose place is taken: it was leaving when the agent died. */
    record Leave(ObservedContainer container, String object, String why) implements Step {}

    /** Removes a container that never came into its place. */
    record Discard(ObservedContainer container, String object, String why) implements Step {}

    /** Puts a container that was set aside back into its place, because it is again what is wanted. */
    record BringBack(ContainerSpec spec, ObservedContainer aside, List<ObservedContainer> discard, String why)
            implements Step {
        @Override
        public String object() {
            return spec.object();
        }
    }

    /** Sets right what can be set right on a container without making it anew. */
    record Adjust(
            ContainerSpec spec,
            ObservedContainer container,
            Set<String> connect,
            Set<String> disconnect,
            boolean restartPolicy,
            boolean rename,
            boolean start,
            String why)
            implements Step {
        @Override
        public String object() {
            return spec.object();
        }
    }
}
