package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import picocli.CommandLine.Option;

/** The fleet in one look: a sentence, counts, and the names of what is not well, each with the next command. */
@picocli.CommandLine.Command(
        name = "status",
        description = "Show the state of the whole fleet; names what is not well, and why.")
final class StatusCommand extends Command {
    @Option(names = "-o", paramLabel = "FORMAT", description = "table, json or yaml.")
    private Format format = Format.table;

    @Override
    ExitCode run() {
        format.among(Format.table, Format.json, Format.yaml);
        Json.Obj status = hub().get("/status");
        if (format != Format.table) {
            out().structured(status, format);
            return ExitCode.OK;
        }
        out().line(status.string("summary"));
        Words words = new Words(session().clock());
        for (Json.Obj stack : status.objects("stacks")) {
            out().states("  stack/" + stack.string("name") + "  "
                    + words.status(stack) + "  "
                    + stack.integerOr("healthy", 0) + "/" + stack.integerOr("targets", 0)
                    + stack.findString("revision")
                            .filter(r -> !r.isEmpty())
                            .map(r -> "  " + Words.commit(r))
                            .orElse("")
                    + stack.findString("asOf")
                            .filter(t -> !t.isEmpty())
                            .map(t -> "  as of " + words.ago(t))
                            .orElse(""));
            // Nothing is wrong with what waits, so that it is no problem; for what, and until when, is what is asked
            // for.
            if (stack.findString("phase").orElse("").equals("Pending")) {
                stack.findString("message").filter(m -> !m.isEmpty()).ifPresent(why -> out().line("    " + why));
            }
        }
        for (Json.Obj problem : status.objects("problems")) {
            out().states("✘ " + problem.string("object") + ": "
                    + problem.findString("reason").map(r -> r + ": ").orElse("") + problem.string("message"));
            problem.findString("hint").filter(h -> !h.isEmpty()).ifPresent(hint -> out().line("    next: " + hint));
        }
        return ExitCode.OK;
    }
}
