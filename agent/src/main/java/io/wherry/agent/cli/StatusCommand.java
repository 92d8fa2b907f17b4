package io.wherry.agent.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code wherry-agent status}. */
@Command(name = "status", description = "Show what runs here, how it does, and whether the hub answers.")
final class StatusCommand implements Callable<Integer> {
    enum Form {
        table,
        json
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    CommandSpec spec;

    @Mixin
    Place place = new Place();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            description = "table or json (default: table).")
    Form form = Form.table;

    @Override
    public Integer call() {
        boolean running = Session.isRunning(place);
        Json.Obj status =
                Session.ask(place, Json.object().put("command", "status").build());
        PrintWriter out = spec.commandLine().getOut();
        if (form == Form.json) {
            out.println(JsonWriter.pretty(status));
        } else {
            table(out, status, running);
        }
        return exitOf(status.objects("stacks"));
    }

    private static int exitOf(List<Json.Obj> stacks) {
        boolean bad = stacks.stream().anyMatch(s -> switch (Output.text(s, "outcome")) {
            case "Unhealthy", "RolledBack", "Failed" -> true;
            default -> false;
        });
        return bad ? ExitCode.UNHEALTHY.code() : ExitCode.OK.code();
    }

    private static void table(PrintWriter out, Json.Obj status, boolean running) {
        out.println("agent  " + Output.text(status, "name") + " (" + Output.text(status, "agentId") + ")"
                + (running ? "" : ", not running"));
        Json.Obj hub = status.object("hub");
        String problem = Output.text(hub, "problem");
        out.println("hub    " + String.join(", ", hub.strings("addresses"))
                + (running
                        ? (problem.isEmpty()
                                ? ", answered " + Output.text(hub, "answered")
                                : ", no contact: " + problem)
                        : ""));
        status.findString("runtimeProblem").ifPresent(runtime -> out.println("runtime " + runtime));
        status.findString("auditLog").ifPresent(fork -> out.println("hub     " + fork));
        status.findString("pausedUntil").ifPresent(until -> out.println("paused until " + until));
        long waiting = status.integer("receiptsWaiting");
        if (waiting > 0) {
            out.println(waiting + (waiting == 1 ? " receipt waits" : " receipts wait") + " for the hub");
        }
        out.println();
        Output table = new Output("STACK", "GENERATION", "RUNS", "PHASE", "HEALTH", "STATE", "WHY");
        for (Json.Obj stack : status.objects("stacks")) {
            table.row(
                    Output.text(stack, "name"),
                    Long.toString(stack.integer("generation")),
                    stack.integer("running") == 0 ? "-" : Long.toString(stack.integer("running")),
                    Output.text(stack, "phase"),
                    stack.find("healthy").isEmpty() ? "unknown" : stack.bool("healthy") ? "healthy" : "unhealthy",
                    Output.text(stack, "outcome"),
                    Output.why(stack));
        }
        table.print(out);
    }
}
