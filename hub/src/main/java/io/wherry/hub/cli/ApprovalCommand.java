package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What people say to new content before it begins. */
@picocli.CommandLine.Command(
        name = "approval",
        description = "List, approve and reject plans that wait for people.",
        subcommands = {ApprovalListCommand.class, ApprovalCommand.Approve.class, ApprovalCommand.Reject.class})
final class ApprovalCommand extends GroupCommand {

    abstract static class Verb extends Command {
        @Parameters(paramLabel = "STACK")
        private String stack = "";

        @Option(
                names = "--plan",
                required = true,
                paramLabel = "DIGEST",
                description = "The plan that you have seen, sha256:… (wherry stack plan, wherry approval list).")
        private String plan = "";

        final ExitCode post(String verb, Json.Builder body) {
            Json.Obj answer = hub().post(
                            StackCommand.path(stack, verb),
                            body.put("plan", plan).build());
            out().line("stack/" + stack + " " + answer.string("message"));
            return ExitCode.OK;
        }
    }

    @picocli.CommandLine.Command(
            name = "approve",
            description = "Let the plan go, as far as you are concerned; it goes when enough people have.")
    static final class Approve extends Verb {
        @Mixin
        private ActOptions act = new ActOptions();

        @Override
        ExitCode run() {
            return post("approve", act.addTo(Json.object()));
        }
    }

    @picocli.CommandLine.Command(
            name = "reject",
            description = "Hold the plan, whoever approves it, until you do or other content comes.")
    static final class Reject extends Verb {
        @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; its authors read it.")
        private String reason = "";

        @Override
        ExitCode run() {
            return post("reject", Json.object().put("reason", reason));
        }
    }
}
