package io.wherry.e2e.fuzz;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the fuzzer comes in ({@code e2e/reliability/fuzz.sh}): it calls these methods by their names. Without a fuzzer, {@link #main} tries the files
 * that are named.
 */
public final class Fuzz {
    private static FuzzTarget target = FuzzTarget.ENVELOPE;

    private Fuzz() {}

    /**
     * Called once.
     *
     * @param arguments the target's name
     */
    public static void fuzzerInitialize(String[] arguments) {
        target = FuzzTarget.valueOf(arguments[0]);
    }

    /** Called with each input. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        target.tryOn(bytes);
    }

    /** @param arguments the target's name, then files; none: prints the targets' names */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 0) {
            FuzzTarget.names().forEach(System.out::println);
            return;
        }
        fuzzerInitialize(arguments);
        for (int i = 1; i < arguments.length; i++) {
            fuzzerTestOneInput(Files.readAllBytes(Path.of(arguments[i])));
        }
    }
}
