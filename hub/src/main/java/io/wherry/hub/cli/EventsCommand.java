package io.wherry.hub.cli;

import io.wherry.base.Causes;
import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What happened, newest last. */
@picocli.CommandLine.Command(name = "events", description = "Show what happened; --follow goes on as it happens.")
final class EventsCommand extends Command {
    @Option(names = "--follow", description = "Go on until interrupted.")
    private boolean follow;

    @Option(names = "--object", paramLabel = "KIND/NAME", description = "Only of this object, like stack/shop.")
    private @Nullable String object;

    @Option(names = "--severity", paramLabel = "LEVEL", description = "normal, warning or alarm: at least this.")
    private @Nullable String severity;

    @Option(names = "--limit", paramLabel = "N", description = "How many of the newest (default: 100).")
    private int limit = 100;

    @Option(names = "-o", paramLabel = "FORMAT", description = "table, or json: one event per line.")
    private Format format = Format.table;

    @Override
    ExitCode run() {
        format.among(Format.table, Format.json);
        if (limit < 1) {
            throw CliException.usage("--limit: " + limit + " (expected: 1 or more)");
        }
        Map<String, String> query = new LinkedHashMap<>();
        query.put("limit", String.valueOf(limit));
        if (object != null) {
            query.put("object", object);
        }
        if (severity != null) {
            query.put("severity", severity);
        }
        HubApi hub = hub();
        if (!follow) {
            List<Json.Obj> events = hub.get("/events" + HubApi.query(query)).objects("items");
            events.forEach(this::print);
            if (events.isEmpty() && format == Format.table) {
                out().note("no events");
            }
            return ExitCode.OK;
        }
        query.put("follow", "true");
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(hub.stream("/events" + HubApi.query(query)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) { // a blank line keeps middle boxes from closing a quiet stream
                    print(JsonReader.object(line.getBytes(StandardCharsets.UTF_8)));
                    out().flush();
                }
                if (out().readerIsGone()) {
                    return ExitCode.OK;
                }
            }
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.HUB_UNREACHABLE, "the stream broke off: " + Causes.words(e), "call it again");
        }
        hub.get("/whoami"); // says so where the key is none any more, or the hub is gone
        throw new CliException(ExitCode.HUB_UNREACHABLE, "the hub ended the stream: it is stopping", "call it again");
    }

    private void print(Json.Obj event) {
        if (format == Format.json) {
            out().raw(JsonWriter.compact(event));
        } else {
            out().states(EventLine.of(event));
        }
    }
}
