package io.wherry.hub.render.compose;

/** What Wherry does with an attribute. */
enum Use {
    /** The agent carries it out. */
    CARRIED("yes"),
    /** The agent carries it out, and its text may hold late site variables. */
    LATE("yes, may hold site variables"),
    /** The hub uses it up; it does not reach the model. */
    HUB("yes, at the hub"),
    /** Read over, for a reason that the table gives. */
    DROPPED("dropped"),
    REFUSED("refused");

    private final String words;

    Use(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    boolean isCarried() {
        return this == CARRIED || this == LATE;
    }
}
