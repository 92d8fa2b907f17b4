package io.wherry.agent.state;

import io.wherry.base.Causes;
import io.wherry.contract.StackId;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * One durable record per stack. A stack's record is written by its own converger only; everybody may read.
 *
 * <p>A record is on the disk when {@link #write} returns, and only then may its effect begin.
 */
public final class Journal {
    private static final String SUFFIX = ".json";

    private final Path folder;
    private final DurableStore store;
    private final Map<StackId, StackRecord> records = new ConcurrentHashMap<>();

    private Journal(Path folder, DurableStore store) {
        this.folder = folder;
        this.store = store;
    }

    /** Reads what an earlier run left. @throws StateException naming the file that cannot be read */
    public static Journal open(StateFolder state, DurableStore store) {
        Journal journal = new Journal(state.folder("journal"), store);
        try (Stream<Path> files = Files.list(journal.folder)) {
            files.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .forEach(journal::load);
        } catch (IOException e) {
            throw StateException.disk("journal " + journal.folder + ": cannot be read: " + Causes.words(e), e);
        }
        return journal;
    }

    private void load(Path file) {
        try {
            StackRecord record = RecordJson.read(JsonReader.object(Files.readAllBytes(file)));
            records.put(record.stack(), record);
        } catch (IOException | RuntimeException e) {
            throw StateException.disk(
                    "journal " + file + ": cannot be read: " + Causes.words(e)
                            + "; if the disk damaged it, move it away: the stack is applied anew and its last good state is lost",
                    e);
        }
    }

    public Optional<StackRecord> find(StackId stack) {
        return Optional.ofNullable(records.get(stack));
    }

    /** Every stack this agent has something to remember of, in order of uid. */
    public List<StackRecord> all() {
        return records.values().stream()
                .sorted((a, b) -> a.stack().value().compareTo(b.stack().value()))
                .toList();
    }

    /** Replaces the stack's record, durably. */
    public void write(StackRecord record) {
        store.write(file(record.stack()), JsonWriter.canonical(RecordJson.write(record)));
        records.put(record.stack(), record);
    }

    /** Forgets a stack that is gone and whose removal came home. */
    public void forget(StackId stack) {
        DurableStore.delete(file(stack));
        records.remove(stack);
    }

    private Path file(StackId stack) {
        return folder.resolve(stack.value() + SUFFIX);
    }
}
