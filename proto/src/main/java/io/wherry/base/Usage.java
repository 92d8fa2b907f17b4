package io.wherry.base;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What is wrong with a list of arguments, in words: the same for all three programs. */
public final class Usage {
    private Usage() {}

    /**
     * The unknown option, with the nearest one; it goes before all else, since what is missing may well be what it was meant for. Without its value, which may be a
     * secret.
     *
     * @param unmatched what was not understood, in order
     * @param options   names of those that the command has
     * @param commands  names of those below it: options behind a word that is none of these are those of the command that was meant
     * @return empty where no option is the mistake
     */
    public static Optional<String> unknownOption(
            List<String> unmatched, Collection<String> options, Collection<String> commands) {
        return unmatched.stream()
                .limit(commands.isEmpty() ? unmatched.size() : 1)
                .filter(word -> word.startsWith("-"))
                .findFirst()
                .map(word -> word.split("=", 2)[0])
                .map(name -> "unknown option: " + name + Suggest.hint(name, options));
    }

    /** As people speak: picocli names Java's types, and begins some of its messages with a word that says nothing. */
    public static String plain(String message) {
        return message.replaceFirst("^Error: ", "").replaceFirst(" is not an? (int|long)$", " is not a whole number");
    }
}
