package io.wherry.agent.runtime;

import static java.util.Objects.requireNonNull;

import io.wherry.contract.SealedSecret;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A secret of a stack, and where its value lies while it may be needed: one file per mode that services ask for.
 *
 * @param name   in the model
 * @param sealed as the entry brings it
 * @param base   path of the files without {@code .MODE}; holds uid and version, so that another value is another file
 * @param modes  such as {@code 0444}; none where no file of it is wanted
 * @param value  opened for a runtime that has no files; empty otherwise, or if it does not open
 */
public record SecretFile(
        String name, SealedSecret sealed, Path base, SortedSet<String> modes, Optional<SecretValue> value) {
    /** What Compose gives a secret that says nothing. */
    public static final String DEFAULT_MODE = "0444";

    /** Bits to read, and none else, for the file is mounted read-only; the agent itself must be able to look at it. */
    private static final String MODE = "0?4[04]{2}";

    /** One that is not opened. */
    public SecretFile(String name, SealedSecret sealed, Path base, SortedSet<String> modes) {
        this(name, sealed, base, modes, Optional.empty());
    }

    public SecretFile {
        requireNonNull(sealed, "sealed");
        requireNonNull(base, "base");
        modes = Collections.unmodifiableSortedSet(new TreeSet<>(modes));
    }

    /** The same, opened. */
    public SecretFile opened(Optional<SecretValue> opened) {
        return new SecretFile(name, sealed, base, modes, opened);
    }

    /** The file for services that ask for this mode. */
    public Path file(String mode) {
        return Path.of(base + "." + mode);
    }

    /** A mode as a model writes it, in four digits. @throws IllegalArgumentException if it is none to read with */
    public static String mode(String text) {
        if (!text.matches(MODE)) {
            throw new IllegalArgumentException(
                    "mode: " + text + " (expected: bits to read only, as 0444 or 0400, for a secret from the hub)");
        }
        return text.length() == 3 ? "0" + text : text;
    }
}
