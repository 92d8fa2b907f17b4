package io.wherry.base;

/**
 * A pattern of paths: {@code *} and {@code ?} stay within a name, {@code **} is any number of folders. One without a slash means a name in any
 * folder, as in {@code .gitignore}.
 *
 * <p>Matched by following all ways at once, in time of pattern times path: patterns and paths are both of strangers, and trying one way after the other
 * could take for ever.
 */
public final class Glob {
    /** 256 characters: longer than any path that people exclude. */
    private static final int MAX_CHARS = 256;

    private static final String FOLDERS = "**/";

    private final String pattern;

    private Glob(String pattern) {
        this.pattern = pattern;
    }

    /** @throws IllegalArgumentException naming the pattern */
    public static Glob parse(String text) {
        boolean fits = !text.isEmpty() && text.length() <= MAX_CHARS && !text.contains("***");
        if (!fits || text.startsWith("/") || text.chars().anyMatch(c -> c < ' ' || c == '\\')) {
            throw new IllegalArgumentException("pattern: " + text
                    + " (expected: a relative path of at most 256 characters, with *, ** or ? for what differs)");
        }
        return new Glob(text.indexOf('/') < 0 ? FOLDERS + text : text);
    }

    /** @param path with {@code /} between names */
    public boolean matches(String path) {
        boolean[] reached = new boolean[path.length() + 1]; // how much of the path the pattern so far may have taken
        reached[0] = true;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (pattern.startsWith(FOLDERS, i)) {
                folders(reached, path);
                i += 2;
            } else if (c == '*') {
                boolean deep = pattern.startsWith("**", i);
                any(reached, path, deep);
                i += deep ? 1 : 0;
            } else {
                one(reached, path, c);
            }
        }
        return reached[path.length()];
    }

    private static void folders(boolean[] reached, String path) {
        boolean open = false;
        for (int i = 0; i < reached.length; i++) {
            open |= reached[i];
            reached[i] |= open && i > 0 && path.charAt(i - 1) == '/';
        }
    }

    private static void any(boolean[] reached, String path, boolean deep) {
        for (int i = 1; i < reached.length; i++) {
            reached[i] |= reached[i - 1] && (deep || path.charAt(i - 1) != '/');
        }
    }

    private static void one(boolean[] reached, String path, char c) {
        for (int i = reached.length - 1; i > 0; i--) {
            char there = path.charAt(i - 1);
            reached[i] = reached[i - 1] && (c == '?' ? there != '/' : there == c);
        }
        reached[0] = false;
    }
}
