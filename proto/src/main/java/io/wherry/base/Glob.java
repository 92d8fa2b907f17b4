package io.wherry.base;

import java.util.regex.Pattern;

/**
 * A pattern of paths: {@code *} and {@code ?} stay within a name, {@code **} is any number of folders. One without a slash means a name in any
 * folder, as in {@code .gitignore}.
 */
public final class Glob {
    /** 8: each star may be tried at every character of a path, so their number is what a hostile pattern costs. */
    private static final int MAX_STARS = 8;

    /** 256 characters: longer than any path that people exclude. */
    private static final int MAX_CHARS = 256;

    private final Pattern pattern;

    private Glob(Pattern pattern) {
        this.pattern = pattern;
    }

    /** @throws IllegalArgumentException naming the pattern */
    public static Glob parse(String text) {
        long stars = text.replace("**", "*").chars().filter(c -> c == '*').count();
        boolean fits = !text.isEmpty() && text.length() <= MAX_CHARS && stars <= MAX_STARS && !text.contains("***");
        if (!fits || text.startsWith("/") || text.chars().anyMatch(c -> c < ' ' || c == '\\')) {
            throw new IllegalArgumentException("pattern: " + text
                    + " (expected: a relative path of at most 256 characters, with at most 8 times *, ** or ?)");
        }
        String whole = text.indexOf('/') < 0 ? "**/" + text : text;
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < whole.length(); i++) {
            if (whole.startsWith("**/", i)) {
                regex.append("(?:[^/]+/)*+");
                i += 2;
            } else if (whole.startsWith("**", i)) {
                regex.append(".*");
                i++;
            } else if (whole.charAt(i) == '*') {
                regex.append("[^/]*");
            } else if (whole.charAt(i) == '?') {
                regex.append("[^/]");
            } else {
                regex.append(Pattern.quote(whole.substring(i, i + 1)));
            }
        }
        return new Glob(Pattern.compile(regex.toString()));
    }

    /** @param path with {@code /} between names */
    public boolean matches(String path) {
        return pattern.matcher(path).matches();
    }
}
