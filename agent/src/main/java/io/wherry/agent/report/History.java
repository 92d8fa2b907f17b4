package io.wherry.agent.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import io.wherry.base.Causes;
import io.wherry.contract.EntryState;
import io.wherry.contract.Gap;
import io.wherry.contract.Reason;
import io.wherry.contract.Receipt;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What happened here, for {@code wherry-agent history}: one line of JSON per outcome, kept after its receipt came home.
 *
 * <p>A convenience and no record: it is not signed, not synced, and the older half goes when it is full. The receipts are the record.
 */
public final class History {
    private static final Logger LOG = System.getLogger(History.class.getName());

    /** Two files of this: about two thousand outcomes. */
    private static final long MAX_FILE_BYTES = 256 << 10;

    private final Path file;
    private final Path older;
    private final InstantSource clock;

    public History(Path file, InstantSource clock) {
        this.file = file;
        this.older = file.resolveSibling(file.getFileName() + ".1");
        this.clock = clock;
    }

    /** Notes what a receipt says. A disk that refuses costs this line, nothing else. */
    public synchronized void add(Receipt.Body body) {
        StringBuilder lines = new StringBuilder();
        for (Json.Obj line : lines(body)) {
            lines.append(JsonWriter.compact(line)).append('\n');
        }
        try {
            if (Files.exists(file) && Files.size(file) > MAX_FILE_BYTES) {
                Files.move(file, older, ATOMIC_MOVE, REPLACE_EXISTING);
            }
            Files.write(file, lines.toString().getBytes(UTF_8), CREATE, APPEND);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "history " + file + ": not written: " + Causes.words(e));
        }
    }

    private List<Json.Obj> lines(Receipt.Body body) {
        return switch (body) {
            case Receipt.Body.States(List<EntryState> states, var _) ->
                states.stream().map(this::line).toList();
            case Receipt.Body.Refused(var assignment, String reason, String detail) ->
                List.of(Json.object()
                        .put("at", clock.instant().toString())
                        .put("stack", "")
                        .put("outcome", "Refused")
                        .put("reason", reason)
                        .put("message", "assignment " + assignment.brief() + ": " + detail)
                        .build());
            case Receipt.Body.Dropped _ -> List.of();
        };
    }

    private Json.Obj line(EntryState state) {
        String message = Stream.of(state.message(), Gap.sentence(state.gaps()))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("; "));
        return Json.object()
                .put("at", state.at().toString())
                .put("stack", state.name())
                .put("generation", state.generation())
                .put("outcome", Reason.camelCase(state.outcome().name()))
                .put("reason", state.reason())
                .put("message", message)
                .build();
    }

    /**
     * The newest lines, oldest first.
     *
     * @param stack only of this one
     */
    public synchronized List<Json> newest(Optional<String> stack, int most) {
        List<Json> lines = new ArrayList<>();
        for (Path part : List.of(older, file)) {
            try {
                if (Files.exists(part)) {
                    Files.readAllLines(part, UTF_8)
                            .forEach(line -> read(line, stack).ifPresent(lines::add));
                }
            } catch (IOException e) {
                throw io.wherry.agent.state.StateException.disk(part + ": cannot be read: " + Causes.words(e), e);
            }
        }
        return lines.subList(Math.max(0, lines.size() - most), lines.size());
    }

    private static Optional<Json> read(String line, Optional<String> stack) {
        try {
            Json.Obj read = JsonReader.object(line.getBytes(UTF_8));
            return stack.filter(name -> !name.equals(read.string("stack"))).isPresent()
                    ? Optional.empty()
                    : Optional.of(read);
        } catch (JsonException e) {
            return Optional.empty(); // the power was cut in the middle of this line
        }
    }
}
