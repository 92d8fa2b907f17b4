package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.base.ProgressLine;
import io.wherry.contract.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A stack as a tree: its agents as they last reported, or at one agent its objects and what they consist of, as the agent answers now.
 *
 * <p>An agent that does not answer is shown by its last report, with that report's time, and the command fails: what is asked for is not known.
 */
final class StackTree {
    private final HubApi hub;
    private final Out out;
    private final Words words;

    StackTree(HubApi hub, Out out, Words words) {
        this.hub = hub;
        this.out = out;
        this.words = words;
    }

    ExitCode print(String stack, Optional<String> agent, String timeout) {
        Json.Obj status = hub.get("/stacks/" + HubApi.segment(stack))
                .findObject("status")
                .orElseGet(() -> Json.object().build());
        out.states("stack/" + stack + "  " + words.status(status)
                + status.findString("revision")
                        .filter(commit -> !commit.isEmpty())
                        .map(commit -> ", revision " + Words.commit(commit))
                        .orElse(""));
        List<Json.Obj> agents = status.objects("agents").stream()
                .filter(one -> agent.isEmpty() || agent.get().equals(one.string("agent")))
                .toList();
        if (agent.isPresent() && agents.isEmpty()) {
            throw new CliException(
                    ExitCode.NOT_FOUND,
                    "stack/" + stack + " is not at agent/" + agent.get(),
                    "wherry get stack " + stack + " -o tree shows where it is");
        }
        for (int i = 0; i < agents.size(); i++) {
            reported(agents.get(i), i == agents.size() - 1);
        }
        if (agents.isEmpty()) {
            out.line("└─ no agents");
        }
        if (agent.isEmpty() && !agents.isEmpty()) {
            out.note("its objects at one agent: wherry get stack " + stack + " -o tree --agent "
                    + agents.getFirst().string("agent"));
        }
        agent.ifPresent(name -> objects(stack, name, timeout));
        return ExitCode.OK;
    }

    private void reported(Json.Obj one, boolean last) {
        String message = one.findString("message").orElse("");
        out.states((last ? "└─ " : "├─ ") + "agent/" + one.string("agent") + "  " + words.status(one)
                + " (as of " + words.ago(one.findString("asOf").orElse("")) + ")"
                + (message.isEmpty() ? "" : "  " + message));
    }

    private void objects(String stack, String agent, String timeout) {
        SequencedMap<String, String> query = new LinkedHashMap<>();
        query.put("agent", agent);
        query.put("timeout", timeout);
        ProgressLine asked = LogsCommand.asked(out, agent);
        Json.Obj answer = hub.get(StackCommand.path(stack, "tree") + HubApi.query(query), LogsCommand.wait(timeout));
        asked.close();
        List<Json.Obj> objects = answer.objects("objects");
        out.line("   generation " + answer.integer("generation") + ", as of " + words.ago(answer.string("asOf")));
        for (int i = 0; i < objects.size(); i++) {
            Json.Obj object = objects.get(i);
            boolean last = i == objects.size() - 1 && answer.integer("left") == 0;
            out.states("   " + (last ? "└─ " : "├─ ") + node(object));
            List<Json.Obj> parts = object.objects("parts");
            for (int j = 0; j < parts.size(); j++) {
                out.states(
                        "   " + (last ? "   " : "│  ") + (j == parts.size() - 1 ? "└─ " : "├─ ") + node(parts.get(j)));
            }
        }
        if (answer.integer("left") > 0) {
            out.line("   └─ and " + answer.integer("left") + " more, none worse than these");
        }
    }

    private static String node(Json.Obj object) {
        String state = object.string("state");
        String glyph =
                switch (state) {
                    case "Healthy", "Completed" -> "✔ ";
                    case "Starting" -> "… ";
                    case "Unhealthy" -> "✘ ";
                    default -> "? ";
                };
        String detail = object.string("detail");
        return object.string("object") + "  " + glyph + state + (detail.isEmpty() ? "" : "  " + detail);
    }
}
