package io.wherry.agent.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * On which kind of file system a folder lies, by the kernel's own list. The JDK's answer fails inside of a service's sandbox, where a part of {@code /run} is mounted
 * on itself.
 */
final class MountedOn {
    private static final Path LIST = Path.of("/proc/self/mountinfo");

    /** Fields before the optional ones: number, parent, device, root, mount point. */
    private static final int POINT = 4;

    private static final String BEFORE_TYPE = "-";

    private MountedOn() {}

    /** @throws IOException if the folder, or the kernel's list, cannot be looked at */
    static String type(Path folder) throws IOException {
        Path real = folder.toRealPath();
        return type(real, Files.readAllLines(LIST, UTF_8))
                .orElseThrow(() -> new IOException(real + ": no file system in " + LIST + " has it"));
    }

    /** Of the mount that lies nearest; of several at one place the last covers the others. */
    static Optional<String> type(Path real, List<String> mounts) {
        Optional<String> type = Optional.empty();
        int nearest = -1;
        for (String mount : mounts) {
            List<String> fields = List.of(mount.split(" ", -1));
            int dash = fields.indexOf(BEFORE_TYPE);
            if (dash < POINT || dash + 1 >= fields.size()) {
                continue;
            }
            Path point = Path.of(unescaped(fields.get(POINT)));
            if (real.startsWith(point) && point.getNameCount() >= nearest) {
                nearest = point.getNameCount();
                type = Optional.of(fields.get(dash + 1));
            }
        }
        return type;
    }

    /** Blanks, tabs, line ends and backslashes are written as octal numbers. */
    private static String unescaped(String field) {
        return field.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
