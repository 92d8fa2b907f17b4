package io.wherry.agent.state;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.file.Files;
import java.nio.file.Path;

/** Counts the starts of a state folder, so that the hub notices when there are two copies of it. */
final class Incarnation {
    private Incarnation() {}

    /** Adds 1, durably, before anything is said to the hub. */
    static long next(StateFolder folder, DurableStore store) {
        Path file = folder.resolve("incarnation");
        long next = 1;
        if (Files.exists(file)) {
            String text = new String(DurableStore.read(file), US_ASCII).strip();
            if (!text.matches("\\d{1,15}")) {
                throw StateException.broken(file
                        + ": not a number; the hub knows this agent's count and would take it for a copy: join again");
            }
            next = Long.parseLong(text) + 1;
        }
        store.write(file, Long.toString(next).getBytes(US_ASCII));
        return next;
    }
}
