package io.wherry.hub.render.worker;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds programs of others: in the folders of {@code PATH}, absolute ones alone, so that no folder of a caller's can bring one in. */
public final class Programs {
    private static final String USUAL = "/usr/local/bin:/usr/bin:/bin";

    private Programs() {}

    public static Optional<Path> find(String name) {
        String path = System.getenv("PATH");
        for (String folder : (path == null || path.isEmpty() ? USUAL : path).split(File.pathSeparator, -1)) {
            Path program = Path.of(folder, name);
            if (program.isAbsolute() && Files.isRegularFile(program) && Files.isExecutable(program)) {
                return Optional.of(program);
            }
        }
        return Optional.empty();
    }
}
