package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Whose signatures the commits and tags carry that a source points to now. */
@picocli.CommandLine.Command(
        name = "verify",
        description = "Judge the signatures of what the source points to now, by its verify and today's clock.")
final class SourceVerifyCommand extends Command {
    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(names = "-o", paramLabel = "FORMAT", description = "table, json or yaml.")
    private Format format = Format.table;

    @Override
    ExitCode run() {
        format.among(Format.table, Format.json, Format.yaml);
        List<Json.Obj> verdicts =
                hub().get("/sources/" + HubApi.segment(name) + "/verify").objects("items");
        if (format == Format.table) {
            verdicts.forEach(this::tell);
        } else {
            out().items(verdicts, format);
        }
        if (verdicts.isEmpty()) {
            out().note("source/" + name + " gave nothing yet that could be judged");
        }
        return !verdicts.isEmpty() && verdicts.stream().allMatch(verdict -> verdict.bool("ok"))
                ? ExitCode.OK
                : ExitCode.VERIFICATION_FAILED;
    }

    private void tell(Json.Obj verdict) {
        String commit = verdict.string("commit");
        String what = verdict.string("ref") + (commit.isEmpty() ? "" : " at " + Words.commit(commit));
        if (verdict.bool("ok")) {
            out().line(what + ": signed by " + verdict.string("signature"));
        } else {
            out().line(what + ": " + verdict.string("reason") + ": " + verdict.string("message"));
            out().note(verdict.string("hint"));
        }
    }
}
