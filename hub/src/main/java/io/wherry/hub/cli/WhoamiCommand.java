package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import picocli.CommandLine.Option;

/** Who the hub takes this person for. */
@picocli.CommandLine.Command(name = "whoami", description = "Show which hub, as whom, and with which role.")
final class WhoamiCommand extends Command {
    @Option(names = "-o", paramLabel = "FORMAT", description = "table, json or yaml.")
    private Format format = Format.table;

    @Override
    ExitCode run() {
        format.among(Format.table, Format.json, Format.yaml);
        HubApi hub = hub();
        Json.Obj me = hub.get("/whoami");
        if (format == Format.table) {
            out().line(me.string("name") + " (" + me.string("role") + ") at "
                    + hub.context().server()
                    + me.findString("expiresAt").map(t -> ", until " + t).orElse(""));
        } else {
            out().structured(me, format);
        }
        return ExitCode.OK;
    }
}
