package io.wherry.base;

import java.util.Collection;
import java.util.Optional;

/** "Did you mean …?": the known word nearest to one that is not known. */
public final class Suggest {
    private Suggest() {}

    /** The nearest of the known words, if it is near enough to be a likely slip: a third of its length in edits, at least 1, at most 3. */
    public static Optional<String> nearest(String word, Collection<String> known) {
        String best = null;
        int bestDistance = Integer.MAX_VALUE;
        for (String candidate : known) {
            int distance =
                    distance(word.toLowerCase(java.util.Locale.ROOT), candidate.toLowerCase(java.util.Locale.ROOT));
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return best != null && bestDistance <= Math.clamp(best.length() / 3, 1, 3)
                ? Optional.of(best)
                : Optional.empty();
    }

    /** {@code " (did you mean “x”?)"}, or nothing: to be appended to a message. */
    public static String hint(String word, Collection<String> known) {
        return nearest(word, known)
                .map(best -> " (did you mean \"" + best + "\"?)")
                .orElse("");
    }

    /** {@code stack shp does not exist (did you mean "shop"?)} */
    public static String missing(String kind, String name, Collection<String> known) {
        return kind + " " + name + " does not exist" + hint(name, known);
    }

    /** Damerau-Levenshtein, optimal string alignment: a swap of neighbours counts as one edit, since that is one slip of the hand. */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            d[i][0] = i;
        }
        for (int j = 0; j <= b.length(); j++) {
            d[0][j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            for (int j = 1; j <= b.length(); j++) {
                int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1), d[i - 1][j - 1] + cost);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
