package io.wherry.agent.state;

import io.wherry.base.Causes;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Whether this program can read what is in a state folder, asked before it takes the place of another version.
 *
 * <p>Takes no lock and writes nothing, so it may look while another version runs: files are replaced whole.
 */
public final class StateVersions {
    private static final String JOURNAL = "journal";

    private StateVersions() {}

    /** The newest version that this program reads, by the pattern of the files' names below the folder. */
    public static SortedMap<String, Long> known() {
        return new TreeMap<>(Map.of(
                Membership.FILE,
                Membership.VERSION,
                Floors.FILE,
                Floors.VERSION,
                JOURNAL + "/*.json",
                RecordJson.VERSION));
    }

    /** One sentence for each file that a newer version wrote, or that cannot be read; empty if there is none. */
    public static List<String> problems(Path root) {
        List<String> problems = new ArrayList<>();
        look(root.resolve(Membership.FILE), Membership.VERSION, problems);
        look(root.resolve(Floors.FILE), Floors.VERSION, problems);
        for (Path record : records(root.resolve(JOURNAL))) {
            look(record, RecordJson.VERSION, problems);
        }
        return problems;
    }

    private static List<Path> records(Path journal) {
        if (!Files.exists(journal)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(journal)) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .filter(file -> file.getFileName().toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw StateException.disk("journal " + journal + ": cannot be read: " + Causes.words(e), e);
        }
    }

    private static void look(Path file, long known, List<String> problems) {
        try {
            long version = JsonReader.object(Files.readAllBytes(file)).integer("version");
            if (version > known) {
                problems.add(file + ": version " + version + ", and this program reads up to " + known
                        + "; a newer agent wrote it: install that version again");
            }
        } catch (NoSuchFileException e) {
            // nobody joined yet, or the running agent has just forgotten that stack
        } catch (IOException | JsonException | IllegalArgumentException e) {
            problems.add(file + ": cannot be read: " + Causes.words(e));
        }
    }
}
