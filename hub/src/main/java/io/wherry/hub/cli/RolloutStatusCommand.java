package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How the newest rollouts stand: of all stacks in a line each; of one its waves, and the targets that are not well. */
@picocli.CommandLine.Command(
        name = "status",
        description = "Show the newest rollout of a stack: its waves, and the targets that did not succeed.")
final class RolloutStatusCommand extends Command {
    /** As the hub says it of targets, in the order of a wave's life. */
    private static final List<String> PROGRESS =
            List.of("succeeded", "working", "waiting", "queued", "failed", "silent", "kept");

    @Parameters(arity = "0..1", paramLabel = "STACK", description = "Default: a line for each stack.")
    private Optional<String> stack = Optional.empty();

    @Option(names = "-o", paramLabel = "FORMAT", description = "table, json or yaml.")
    private Format format = Format.table;

    @Override
    ExitCode run() {
        format.among(Format.table, Format.json, Format.yaml);
        if (stack.isEmpty()) {
            return all(hub().get("/rollouts").objects("items"));
        }
        String name = stack.get();
        Optional<Json.Obj> newest = hub().get(StackCommand.path(name, "rollouts")).objects("items").stream()
                .findFirst();
        if (newest.isEmpty()) {
            throw new CliException(
                    ExitCode.NOT_FOUND,
                    "stack " + name + " has no rollout",
                    "one begins with new content, if the stack names a rolloutPolicyRef");
        }
        if (format != Format.table) {
            out().structured(newest.get(), format);
        } else {
            one(newest.get());
        }
        return ExitCode.OK;
    }

    private ExitCode all(List<Json.Obj> rollouts) {
        if (format != Format.table) {
            out().items(rollouts, format);
            return ExitCode.OK;
        }
        if (rollouts.isEmpty()) {
            out().note("no rollouts: they begin with new content of stacks that name a rolloutPolicyRef");
            return ExitCode.OK;
        }
        out().table(table(rollouts, session()));
        return ExitCode.OK;
    }

    /** A line for each. */
    static Table table(List<Json.Obj> rollouts, Session session) {
        Table table = new Table(List.of("STACK", "ROLLOUT", "STATE", "WAVE", "DONE", "FAILED", "BEGUN", "MESSAGE"));
        Words words = new Words(session.clock());
        for (Json.Obj rollout : rollouts) {
            table.add(List.of(
                    rollout.string("stack"),
                    String.valueOf(rollout.integer("number")),
                    rollout.string("state"),
                    rollout.string("wave"),
                    sum(rollout, "succeeded") + "/"
                            + PROGRESS.stream()
                                    .mapToLong(progress -> sum(rollout, progress))
                                    .sum(),
                    String.valueOf(sum(rollout, "failed")),
                    words.ago(rollout.string("begunAt")),
                    rollout.string("message")));
        }
        return table;
    }

    private static long sum(Json.Obj rollout, String progress) {
        return rollout.objects("waves").stream()
                .mapToLong(wave -> wave.integerOr(progress, 0)) // a hub of before does not know each
                .sum();
    }

    private void one(Json.Obj rollout) {
        Words words = new Words(session().clock());
        out().line(rollout.string("message"));
        out().line("state " + rollout.string("state") + ", policy " + rollout.string("policy") + ", revision "
                + rollout.integer("revision") + ", begun " + words.ago(rollout.string("begunAt")) + " by "
                + rollout.string("actor"));
        if (!rollout.string("hint").isEmpty()) {
            out().line("next: " + rollout.string("hint"));
        }
        out().line("");
        Table waves = new Table(
                List.of("WAVE", "SUCCEEDED", "WORKING", "WAITING", "QUEUED", "FAILED", "SILENT", "KEPT", "GATE"));
        for (Json.Obj wave : rollout.objects("waves")) {
            List<String> cells = new ArrayList<>(
                    List.of((wave.string("name").equals(rollout.string("wave")) ? "> " : "") + wave.string("name")));
            PROGRESS.forEach(progress -> cells.add(String.valueOf(wave.integerOr(progress, 0))));
            cells.add(wave.string("gate"));
            waves.add(cells);
        }
        out().table(waves);
        List<Json.Obj> others = rollout.objects("targets").stream()
                .filter(target -> List.of("working", "waiting", "failed", "silent", "kept")
                                .contains(target.string("progress"))
                        || !target.string("message").isEmpty())
                .toList();
        if (!others.isEmpty()) {
            out().line("");
            Table targets = new Table(List.of("AGENT", "WAVE", "PROGRESS", "MESSAGE"));
            others.forEach(target -> targets.add(List.of(
                    target.string("agent"),
                    target.string("wave"),
                    target.string("progress"),
                    target.string("message"))));
            out().table(targets);
        }
    }
}
