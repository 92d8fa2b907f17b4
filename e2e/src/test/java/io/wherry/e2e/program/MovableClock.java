package io.wherry.e2e.program;

import io.wherry.e2e.FakeTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A clock that a test puts ahead while programs run by it. The time that passes, by which they wait, stays as it is. */
final class MovableClock {
    private final Path file;

    /** @param file how far ahead it is; made here */
    MovableClock(Path file) throws IOException {
        this.file = file;
        putAhead(Duration.ZERO);
    }

    /** For whoever is to run by it. */
    Map<String, String> environment() throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("LD_PRELOAD", FakeTime.library("libfaketimeMT.so.1").toString());
        environment.put("FAKETIME_TIMESTAMP_FILE", file.toString());
        environment.put("FAKETIME_CACHE_DURATION", "1"); // a file that is read at each look makes a JVM crawl
        environment.put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        // Its own idea of how long a monotonic wait is makes every thread that waits wake at once, for ever.
        environment.put("FAKETIME_FORCE_MONOTONIC_FIX", "0");
        environment.put("FAKETIME_DISABLE_SHM", "1"); // a process that is killed would leave its memory behind
        environment.put("NO_FAKE_STAT", "1");
        return environment;
    }

    /** In one step: a reader finds the old line or the new one. */
    void putAhead(Duration offset) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, "+" + offset.toSeconds() + "\n");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
