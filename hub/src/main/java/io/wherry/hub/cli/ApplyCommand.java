package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Makes the hub hold what the files say. */
@picocli.CommandLine.Command(
        name = "apply",
        description = "Create or change objects from YAML files; all of them or none.")
final class ApplyCommand extends Command {
    @Option(
            names = "-f",
            required = true,
            paramLabel = "FILE",
            description = "File, folder, or - for standard input; may be repeated.")
    private List<Path> files = List.of();

    @Option(
            names = "--prune",
            description = "Also delete what was applied with the same --set before and is in no file now.")
    private boolean prune;

    @Option(
            names = "--set",
            paramLabel = "NAME",
            description = "Name of what these files are all of (default: the user's name).")
    private @Nullable String set;

    @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
    private boolean dryRun;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask before deleting.")
    private boolean yes;

    @Option(names = "-o", paramLabel = "FORMAT", description = "table, json, yaml or name.")
    private Format format = Format.table;

    @Override
    ExitCode run() {
        format.among(Format.table, Format.json, Format.yaml, Format.name);
        HubApi hub = hub();
        Json.Obj documents = Documents.request(files);
        if (prune && !dryRun && !yes) {
            confirm(hub.post("/apply" + query(true), documents).objects("results"));
        }
        Json.Obj answer = hub.post("/apply" + query(dryRun), documents);
        if (format == Format.json || format == Format.yaml) {
            out().structured(answer, format);
            return ExitCode.OK;
        }
        for (Json.Obj result : answer.objects("results")) {
            String object = result.string("kind").toLowerCase(java.util.Locale.ROOT) + "/" + result.string("name");
            out().line(
                            format == Format.name
                                    ? object
                                    : object + " " + result.string("action") + (dryRun ? " (dry run)" : ""));
        }
        answer.strings("warnings").forEach(warning -> out().note("warning: " + warning));
        return ExitCode.OK;
    }

    private String query(boolean dry) {
        Map<String, String> query = new LinkedHashMap<>();
        if (dry) {
            query.put("dryRun", "true");
        }
        if (prune) {
            query.put("prune", "true");
        }
        if (set != null) {
            query.put("set", set);
        }
        return HubApi.query(query);
    }

    private void confirm(List<Json.Obj> results) {
        List<String> deleted = results.stream()
                .filter(r -> r.string("action").equals("pruned"))
                .map(r -> r.string("kind").toLowerCase(java.util.Locale.ROOT) + "/" + r.string("name"))
                .toList();
        if (!deleted.isEmpty()) {
            Confirm.orStop(session(), "this deletes " + String.join(", ", deleted));
        }
    }
}
