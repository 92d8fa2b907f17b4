package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deletes objects from the hub; a stack also from its sites. */
@picocli.CommandLine.Command(
        name = "delete",
        description = "Delete objects. A stack is removed from every site; its volumes stay unless --delete-volumes.")
final class DeleteCommand extends Command {
    @Parameters(index = "0", paramLabel = "KIND")
    private String kind = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "NAME")
    private List<String> names = List.of();

    @Option(
            names = "--delete-volumes",
            description = "Stacks: also remove the data in their volumes. There is no way back.")
    private boolean deleteVolumes;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    @Override
    ExitCode run() {
        Kind asked = Kind.parse(kind);
        if (deleteVolumes && asked != Kind.STACK) {
            throw CliException.usage("--delete-volumes is for stacks only");
        }
        HubApi hub = hub();
        if (!yes) {
            Confirm.orStop(
                    session(),
                    "this deletes " + asked.singular() + " " + String.join(", ", names)
                            + (asked == Kind.STACK
                                    ? " at every site"
                                            + (deleteVolumes ? ", with the data in its volumes" : "; volumes stay")
                                    : ""));
        }
        String query = HubApi.query(deleteVolumes ? Map.of("deleteVolumes", "true") : Map.of());
        for (String name : names) {
            Json.Obj answer = hub.delete(asked.path() + "/" + HubApi.segment(name) + query);
            out().line(asked.singular() + "/" + name + " "
                    + answer.findString("action").orElse("deleted"));
            answer.findString("hint").ifPresent(out()::note);
        }
        return ExitCode.OK;
    }
}
