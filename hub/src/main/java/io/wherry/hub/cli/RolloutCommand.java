package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What can be done to rollouts: the ways of new content through a stack's targets, in waves. */
@picocli.CommandLine.Command(
        name = "rollout",
        description = "Watch, pause, resume, promote, retry, abort and start rollouts.",
        subcommands = {
            RolloutStatusCommand.class,
            RolloutHistoryCommand.class,
            RolloutCommand.Start.class,
            RolloutCommand.Pause.class,
            RolloutCommand.Resume.class,
            RolloutCommand.Promote.class,
            RolloutCommand.Retry.class,
            RolloutCommand.Abort.class
        })
final class RolloutCommand extends GroupCommand {

    abstract static class Verb extends Command {
        @Parameters(paramLabel = "STACK")
        private String stack = "";

        @Mixin
        private ActOptions act = new ActOptions();

        final ExitCode post(String verb) {
            Json.Obj answer = hub().post(
                            StackCommand.path(stack, "rollout/" + verb),
                            act.addTo(Json.object()).build());
            out().line("stack/" + stack + " " + answer.string("message"));
            return ExitCode.OK;
        }
    }

    @picocli.CommandLine.Command(
            name = "start",
            description = "Offer what waits, by the stack's policy; begin anew what was ended.")
    static final class Start extends Verb {
        @Override
        ExitCode run() {
            return post("start");
        }
    }

    @picocli.CommandLine.Command(
            name = "pause",
            description = "Offer nothing more for now; what is at work comes to its end.")
    static final class Pause extends Verb {
        @Override
        ExitCode run() {
            return post("pause");
        }
    }

    @picocli.CommandLine.Command(name = "resume", description = "Go on, over the failures that there are.")
    static final class Resume extends Verb {
        @Override
        ExitCode run() {
            return post("resume");
        }
    }

    @picocli.CommandLine.Command(
            name = "promote",
            description = "Begin the next wave now, whatever the present one waits for.")
    static final class Promote extends Verb {
        @Override
        ExitCode run() {
            return post("promote");
        }
    }

    @picocli.CommandLine.Command(name = "retry", description = "Give the failed targets the content once more.")
    static final class Retry extends Verb {
        @Override
        ExitCode run() {
            return post("retry");
        }
    }

    @picocli.CommandLine.Command(
            name = "abort",
            description = "End it: what has the content keeps it, the others keep what they have.")
    static final class Abort extends Verb {
        @Override
        ExitCode run() {
            return post("abort");
        }
    }
}
