package io.wherry.hub;

/**
 * What {@code doctor} found out about one thing.
 *
 * @param detail what is good, or what is wrong and what would mend it
 */
record Finding(String subject, boolean good, String detail) {
    static Finding ok(String subject, String detail) {
        return new Finding(subject, true, detail);
    }

    static Finding problem(String subject, String detail) {
        return new Finding(subject, false, detail);
    }

    @Override
    public String toString() {
        return (good ? "✔ ok       " : "✘ problem  ") + subject + ": " + detail;
    }
}
