package io.wherry.agent.state;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The id of the runtime that this agent set its stacks up on: file {@code runtime.json}. It is written at the first contact and from then on changed by a
 * person's word only.
 */
public final class KnownRuntime {
    static final String FILE = "runtime.json";

    /** Equal to no runtime's id: where the file cannot be read any more, the safe answer is to ask. */
    private static final String UNREADABLE = "unreadable";

    private static final Logger LOG = System.getLogger(KnownRuntime.class.getName());

    private final Path file;
    private final DurableStore store;
    private volatile Optional<String> id;

    public KnownRuntime(StateFolder folder, DurableStore store) {
        this.file = folder.resolve(FILE);
        this.store = store;
        this.id = Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
    }

    private static String read(Path file) {
        try {
            return JsonReader.object(DurableStore.read(file)).string("id");
        } catch (JsonException | IllegalArgumentException e) {
            LOG.log(Level.ERROR, file + ": cannot be read: " + e.getMessage());
            return UNREADABLE;
        }
    }

    /** Empty before the first contact. */
    public Optional<String> id() {
        return id;
    }

    /** Notes the runtime at the first contact; later ones change nothing. @throws StateException if the disk refuses */
    public synchronized void remember(String seen) {
        if (id.isEmpty()) {
            accept(seen);
        }
    }

    /** From this call's return on that runtime is the right one. @throws StateException if the disk refuses */
    public synchronized void accept(String seen) {
        store.write(file, JsonWriter.canonical(Json.object().put("id", seen).build()));
        id = Optional.of(seen);
    }
}
