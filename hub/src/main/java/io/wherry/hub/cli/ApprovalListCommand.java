package io.wherry.hub.cli;

import io.wherry.base.Counted;
import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Plans that wait for approval: of all stacks in a line each; of one its targets, what was said, and how to say something. */
@picocli.CommandLine.Command(
        name = "list",
        description = "List the plans that wait for approval; of one stack with targets and votes.")
final class ApprovalListCommand extends Command {
    @Parameters(arity = "0..1", paramLabel = "STACK", description = "Default: a line for each stack.")
    private Optional<String> stack = Optional.empty();

    @Option(names = "-o", paramLabel = "FORMAT", description = "table, json or yaml.")
    private Format format = Format.table;

    @Override
    ExitCode run() {
        format.among(Format.table, Format.json, Format.yaml);
        List<Json.Obj> plans = hub().get("/approvals"
                        + HubApi.query(stack.map(name -> Map.of("stack", name)).orElse(Map.of())))
                .objects("items");
        if (format != Format.table) {
            out().items(plans, format);
        } else if (plans.isEmpty()) {
            out().note("no plan" + stack.map(name -> " of stack " + name).orElse("") + " waits for approval");
        } else if (stack.isPresent()) {
            plans.forEach(this::one);
        } else {
            out().table(table(plans));
        }
        return ExitCode.OK;
    }

    private Table table(List<Json.Obj> plans) {
        Table table = new Table(List.of("STACK", "CONTENT", "TARGETS", "APPROVALS", "WAITS", "AUTHORS"));
        Words words = new Words(session().clock());
        for (Json.Obj plan : plans) {
            List<Json.Obj> targets = plan.objects("targets");
            table.add(List.of(
                    plan.string("stack"),
                    plan.string("content"),
                    String.valueOf(targets.size()),
                    targets.stream()
                            .min(Comparator.comparingLong(ApprovalListCommand::lead))
                            .map(ApprovalListCommand::votes)
                            .orElse(""),
                    words.ago(plan.string("since")),
                    String.join(", ", plan.strings("authors"))));
        }
        return table;
    }

    private void one(Json.Obj plan) {
        String name = plan.string("stack");
        List<Json.Obj> targets = plan.objects("targets");
        out().line(plan.string("content") + " of stack " + name + " for " + Counted.of(targets.size(), "target")
                + ", asked " + new Words(session().clock()).ago(plan.string("since")));
        out().line("by " + String.join(", ", plan.strings("authors")));
        out().line("");
        Table table = new Table(List.of("AGENT", "APPROVALS", "VOTES", "RULE"));
        targets.forEach(target -> table.add(List.of(
                target.string("agent"),
                votes(target),
                target.objects("votes").stream().map(ApprovalListCommand::vote).collect(Collectors.joining("; ")),
                target.string("rule"))));
        out().table(table);
        out().line("");
        out().line("what it changes: wherry stack plan " + name);
        out().line("to approve it:   wherry approval approve " + name + " --plan " + plan.string("plan"));
        out().line("to hold it:      wherry approval reject " + name + " --plan " + plan.string("plan")
                + " --reason TEXT");
    }

    /** {@code 1/2}, or that somebody rejected it. */
    private static String votes(Json.Obj target) {
        return isRejected(target) ? "rejected" : target.objects("votes").size() + "/" + target.integer("required");
    }

    private static boolean isRejected(Json.Obj target) {
        return target.objects("votes").stream().anyMatch(vote -> !vote.bool("approves"));
    }

    /** Below 0 as long as approvals lack; least where somebody rejected it. */
    private static long lead(Json.Obj target) {
        return isRejected(target) ? Long.MIN_VALUE : target.objects("votes").size() - target.integer("required");
    }

    private static String vote(Json.Obj vote) {
        String reason = vote.string("reason");
        return vote.string("by")
                + (vote.bool("approves") ? " approves" : " rejects")
                + (reason.isEmpty() ? "" : " (" + reason + ")");
    }
}
