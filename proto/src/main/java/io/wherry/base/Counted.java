package io.wherry.base;

/** Numbers of things in sentences. */
public final class Counted {
    private Counted() {}

    /** {@code 1 target}, {@code 3 targets}. */
    public static String of(long count, String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }
}
