package io.wherry.e2e;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where Debian's package {@code faketime} puts its libraries, which tell whoever preloads them another time. */
public final class FakeTime {
    private FakeTime() {}

    /** @param name {@code libfaketime.so.1}, or {@code libfaketimeMT.so.1} for a clock that moves under several threads */
    public static Path library(String name) throws IOException {
        try (DirectoryStream<Path> architectures = Files.newDirectoryStream(Path.of("/usr/lib"), "*-linux-*")) {
            for (Path architecture : architectures) {
                Path library = architecture.resolve("faketime").resolve(name);
                if (Files.exists(library)) {
                    return library;
                }
            }
        }
        throw new IllegalStateException(name + ": not on this machine (expected: apt-get install faketime)");
    }
}
