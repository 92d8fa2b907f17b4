package io.wherry.hub.cli;

import io.wherry.base.Durations;
import io.wherry.base.ExitCode;
import io.wherry.base.ProgressLine;
import io.wherry.contract.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The newest log lines of a stack at one site: containers, tasks of a swarm or pods. The agent answers with its next poll. */
@picocli.CommandLine.Command(
        name = "logs",
        description = "Show the newest log lines of a stack at a site.",
        footer = {
            "",
            "The agent is asked, and answers with its next poll. The site may refuse it (logs: refuse in its agent.yaml).",
            "Values of the stack's own secrets come as ***. Of a container that crashed and runs again its run before is shown too."
        })
final class LogsCommand extends Command {
    @Parameters(paramLabel = "STACK")
    private String stack = "";

    @Option(names = "--agent", required = true, paramLabel = "NAME", description = "Where it runs.")
    private String agent = "";

    @Option(
            names = {"--service", "--object"},
            paramLabel = "NAME",
            description = "Of this service or object alone, like web or Deployment.apps/shop/web.")
    private Optional<String> object = Optional.empty();

    @Option(
            names = "--tail",
            paramLabel = "N",
            description = "So many lines of each container, 1 to 1000 (default: ${DEFAULT-VALUE}).",
            defaultValue = "100")
    private long tail = 100;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "How long to wait for the agent's next poll, up to 10m (default: 90s).")
    private String timeout = "90s";

    @Option(names = "-o", paramLabel = "FORMAT", description = "table, json or yaml.")
    private Format format = Format.table;

    @Override
    ExitCode run() {
        format.among(Format.table, Format.json, Format.yaml);
        ProgressLine asked = asked(out(), agent);
        Json.Obj answer = hub().post(
                        StackCommand.path(stack, "logs"),
                        Json.object()
                                .put("agent", agent)
                                .putIf("object", object)
                                .put("lines", tail)
                                .put("timeout", timeout)
                                .build(),
                        wait(timeout));
        asked.close();
        if (format != Format.table) {
            out().structured(answer, format);
            return ExitCode.OK;
        }
        List<Json.Obj> logs = answer.objects("logs");
        for (Json.Obj log : logs) {
            String before = log.string("object") + " " + log.string("container") + " | ";
            log.strings("lines").forEach(line -> out().line(before + line));
            if (log.integer("left") > 0) {
                out().note(log.string("container") + ": " + log.integer("left")
                        + " earlier lines left out (--object or --tail ask for less at once)");
            }
        }
        if (logs.isEmpty()) {
            out().note("nothing of stack/" + stack + " writes a log at agent/" + agent);
        } else if (logs.stream().allMatch(log -> log.strings("lines").isEmpty())) {
            out().note("stack/" + stack + " has written no line yet at agent/" + agent);
        }
        return ExitCode.OK;
    }

    /** Shown until a site has answered, which takes as long as its next poll. */
    static ProgressLine asked(Out out, String agent) {
        return out.working("asking agent/" + agent + ", which answers with its next poll");
    }

    static Duration wait(String timeout) {
        try {
            return Durations.parse(timeout);
        } catch (IllegalArgumentException e) {
            throw CliException.usage("--timeout: " + e.getMessage());
        }
    }
}
