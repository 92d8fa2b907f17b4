package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** What {@link ApplyCommand} would change, field by field. Exit code 1 says "different", as diff does. */
@picocli.CommandLine.Command(
        name = "diff",
        description = "Show what apply would change; exit 0: nothing, 1: something, 2 and more: error.")
final class DiffCommand extends Command {
    @Option(
            names = "-f",
            required = true,
            paramLabel = "FILE",
            description = "File, folder, or - for standard input; may be repeated.")
    private List<Path> files = List.of();

    @Override
    ExitCode run() {
        Json.Obj answer;
        try {
            answer = hub().post("/diff", Documents.request(files));
        } catch (CliException e) {
            // 1 means "different" here, so that a failure must not look like it.
            throw e.exit() == ExitCode.FAILED
                    ? new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e.hint())
                    : e;
        }
        boolean different = false;
        for (Json.Obj result : answer.objects("results")) {
            String object = result.string("kind").toLowerCase(java.util.Locale.ROOT) + "/" + result.string("name");
            List<Json.Obj> changes = result.objects("changes");
            if (result.string("action").equals("unchanged")) {
                continue;
            }
            different = true;
            out().line(object + " (" + result.string("action") + ")");
            changes.forEach(change -> out().line("  " + change.string("field") + ": "
                    + change.findString("from").orElse("(none)") + " -> "
                    + change.findString("to").orElse("(none)")));
        }
        return different ? ExitCode.FAILED : ExitCode.OK;
    }
}
