package io.wherry.e2e.simulation;

import io.wherry.hub.db.Database;
import io.wherry.hub.fleet.SimulatedFleet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** Hubs' databases that are used again: opening one costs more than a whole schedule. Each is emptied before its next use. */
final class Databases implements AutoCloseable {
    private static final List<String> EMPTIED = List.of(
            "assignment",
            "assignment_due",
            "entry",
            "release",
            "receipt",
            "receipt_chain",
            "receipt_prefix",
            "receipt_dropped",
            "event",
            "target_state",
            "sqlite_sequence",
            "simulation_counted",
            "agent",
            "join_token");

    private final Path folder;
    private final Queue<Database> free = new ConcurrentLinkedQueue<>();
    private final Queue<Database> all = new ConcurrentLinkedQueue<>();

    /** SQLite keeps its own promises, which are not tried here: its files only have to be quick. */
    Databases() throws IOException {
        Path shared = Path.of("/dev/shm");
        folder = Files.isWritable(shared)
                ? Files.createTempDirectory(shared, "wherry-simulation")
                : Files.createTempDirectory("wherry-simulation");
    }

    /** One as new, with the agent in it. */
    Database take() {
        Database database = free.poll();
        if (database == null) {
            database = made();
        }
        database.run(handle -> EMPTIED.forEach(table -> handle.execute("DELETE FROM " + table)));
        SimulatedFleet.join(database, SimulatedHub.AGENT, Trust.deviceKey(), Trust.sealingKey(), Trust.BEGIN);
        return database;
    }

    private Database made() {
        Database database = Database.open(folder.resolve(
                "hub-" + all.size() + "-" + Thread.currentThread().threadId() + ".db"));
        all.add(database);
        database.run((Handle handle) -> handle.execute("CREATE TABLE simulation_counted (counter INTEGER NOT NULL)"));
        return database;
    }

    void giveBack(Database database) {
        free.add(database);
    }

    @Override
    public void close() throws IOException {
        all.forEach(Database::close);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
