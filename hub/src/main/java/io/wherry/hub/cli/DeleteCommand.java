package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
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
        if (asked == Kind.AGENT) {
            throw new CliException(
                    ExitCode.USAGE, "an agent is retired, not deleted", "wherry agent retire " + names.getFirst());
        }
        HubApi hub = hub();
        if (!yes) {
            Confirm.orStop(
                    session(),
                    "this deletes " + asked.singular() + " " + String.join(", ", names)
                            + (asked == Kind.STACK
                                    ? " at every site"
                                            + (deleteVolumes ? ", with the data in its volumes" : "; volumes stay")
                                    : asked == Kind.POLICY ? governed(hub) : ""));
        }
        String query = HubApi.query(deleteVolumes ? Map.of("deleteVolumes", "true") : Map.of());
        for (String name : asked == Kind.STACK && names.size() > 1 ? dependentsFirst(hub) : names) {
            Json.Obj answer = hub.delete(asked.path() + "/" + HubApi.segment(name) + query);
            out().line(asked.singular() + "/" + name + " "
                    + answer.findString("action").orElse("deleted"));
            answer.findString("hint").ifPresent(out()::note);
        }
        return ExitCode.OK;
    }

    /** Whom the policies would govern no longer. */
    private String governed(HubApi hub) {
        TreeSet<String> agents = new TreeSet<>();
        names.forEach(name ->
                agents.addAll(Kind.POLICY.find(hub, name).object("status").strings("governs")));
        return agents.isEmpty()
                ? ", which governs no agent"
                : ", and governs " + String.join(", ", agents) + " no longer";
    }

    /** The hub takes no stack away that another one still depends on. Also finds a name that does not exist before anything is deleted. */
    private List<String> dependentsFirst(HubApi hub) {
        Map<String, List<String>> needs = new LinkedHashMap<>();
        names.forEach(name ->
                needs.put(name, Kind.STACK.find(hub, name).object("spec").strings("dependsOn")));
        List<String> ordered = new ArrayList<>();
        while (!needs.isEmpty()) {
            String next = needs.keySet().stream()
                    .filter(name -> needs.values().stream().noneMatch(needed -> needed.contains(name)))
                    .findFirst()
                    .orElse(needs.keySet().iterator().next());
            needs.remove(next);
            ordered.add(next);
        }
        return ordered;
    }
}
