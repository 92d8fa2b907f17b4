package io.wherry.agent.runtime;

import java.util.List;

/**
 * Which images this agent brought to the runtime, durably: what stands here it may take away again, and nothing else. From any thread.
 *
 * <p>What was written is on the disk when a call returns. A write that the disk refuses throws what the state folder throws, and nothing is brought then.
 */
public interface ImageLedger {
    /** Remembers nothing, so nothing is taken away: for one who only looks. */
    ImageLedger NONE = new ImageLedger() {
        @Override
        public List<BroughtImage> all() {
            return List.of();
        }

        @Override
        public void put(BroughtImage image) {}

        @Override
        public void remove(BroughtImage image) {}
    };

    List<BroughtImage> all();

    /** Notes it, in the place of what was noted of the same image under the same name for the same stack. */
    void put(BroughtImage image);

    /** Forgets it; nothing if it is not noted. */
    void remove(BroughtImage image);
}
