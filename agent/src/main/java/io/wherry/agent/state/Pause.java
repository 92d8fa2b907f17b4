package io.wherry.agent.state;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A person at the site asked to leave everything as it is until a time. Survives restarts; ends by itself. */
public final class Pause {
    /** A pause that is forgotten must not outlive a holiday. */
    public static final Duration MAX = Duration.ofDays(14);

    private final Path file;
    private final DurableStore store;
    private volatile Optional<Instant> until;

    public Pause(StateFolder folder, DurableStore store) {
        this.file = folder.resolve("pause.json");
        this.store = store;
        this.until = Files.exists(file)
                ? Optional.of(
                        Instant.parse(JsonReader.object(DurableStore.read(file)).string("until")))
                : Optional.empty();
    }

    /** Until when nothing is applied and nothing corrected; empty if not paused. */
    public Optional<Instant> until(Instant now) {
        return until.filter(end -> now.isBefore(end));
    }

    /** @throws IllegalArgumentException if it is nothing, or longer than {@link #MAX} */
    public static Duration requireLength(Duration length) {
        if (length.isNegative() || length.isZero() || length.compareTo(MAX) > 0) {
            throw new IllegalArgumentException(io.wherry.base.Durations.format(length) + " (expected: up to 14d)");
        }
        return length;
    }

    /** @throws IllegalArgumentException as {@link #requireLength} */
    public Instant pause(Duration length, Instant now) {
        requireLength(length);
        Instant end = now.plus(length);
        store.write(
                file,
                JsonWriter.canonical(Json.object().put("until", end.toString()).build()));
        until = Optional.of(end);
        return end;
    }

    public void resume() {
        DurableStore.delete(file);
        until = Optional.empty();
    }
}
