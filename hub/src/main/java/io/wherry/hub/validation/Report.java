package io.wherry.hub.validation;

import io.wherry.base.Counted;
import io.wherry.base.yaml.Problem;
import io.wherry.base.yaml.Problems;
import io.wherry.contract.json.Json;
import java.util.List;

/**
 * What was found.
 *
 * @param problems a merge would be refused, or what it brings would; files as seen from where the person stands
 * @param warnings what a person should know
 * @param notes    what was not looked at, and why
 * @param objects  resources in the files; 0 if they cannot be read
 * @param rendered stacks whose files were looked at
 * @param agents   agents for which they were
 */
public record Report(
        List<Problem> problems, List<Problem> warnings, List<String> notes, int objects, int rendered, int agents) {
    public Report {
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
        notes = List.copyOf(notes);
    }

    /** {@code 12 objects, 3 stacks rendered for 5 agents: 2 problems} */
    public String summary() {
        String found = problems.isEmpty()
                ? "no problem"
                : (problems.size() < Problems.MAX_PROBLEMS ? "" : "at least ") + Counted.of(problems.size(), "problem");
        if (objects == 0) {
            return found + "; no stack was looked at";
        }
        return Counted.of(objects, "object") + ", " + Counted.of(rendered, "stack") + " rendered"
                + (agents == 0 ? "" : " for " + Counted.of(agents, "agent")) + ": " + found;
    }

    public Json.Obj toJson() {
        return Json.object()
                .put(
                        "problems",
                        new Json.Arr(problems.stream().map(Report::json).toList()))
                .put(
                        "warnings",
                        new Json.Arr(warnings.stream().map(Report::json).toList()))
                .put("notes", notes)
                .put("objects", objects)
                .put("rendered", rendered)
                .put("agents", agents)
                .build();
    }

    private static Json json(Problem problem) {
        return Json.object()
                .put("file", problem.at().file())
                .put("line", problem.at().line())
                .put("column", problem.at().column())
                .put("message", problem.message())
                .put("hint", problem.hint())
                .build();
    }
}
