package io.wherry.hub.render.compose;

/** What becomes of an attribute where a stack runs in a swarm. */
enum SwarmUse {
    CARRIED("yes"),
    /** It would say nothing to a swarm and its absence does no harm: as {@code docker stack deploy} does. */
    WARNED("read over, with a warning"),
    REFUSED("refused");

    private final String words;

    SwarmUse(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }
}
