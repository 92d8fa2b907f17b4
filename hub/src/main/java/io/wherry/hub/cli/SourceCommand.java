package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import picocli.CommandLine.Parameters;

/** What can be done to a source besides declaring it. */
@picocli.CommandLine.Command(
        name = "source",
        description = "Check, verify, suspend, resume a source; accept a moved tag or a rewritten history.",
        subcommands = {
            SourceCommand.Sync.class,
            SourceVerifyCommand.class,
            SourceCommand.Suspend.class,
            SourceCommand.Resume.class,
            SourceCommand.Accept.class
        })
final class SourceCommand extends GroupCommand {

    abstract static class Verb extends Command {
        @Parameters(paramLabel = "NAME")
        private String name = "";

        final ExitCode post(String verb) {
            Json.Obj answer = hub().post(
                            "/sources/" + HubApi.segment(name) + "/" + verb,
                            Json.object().build());
            out().line("source/" + name + " " + answer.string("message"));
            return ExitCode.OK;
        }
    }

    /** {@code wherry source sync NAME}: the nudge. */
    @picocli.CommandLine.Command(name = "sync", description = "Check the source now instead of at its next interval.")
    static final class Sync extends Verb {
        @Override
        ExitCode run() {
            return post("sync");
        }
    }

    @picocli.CommandLine.Command(name = "suspend", description = "Check it no more until resumed; what runs goes on.")
    static final class Suspend extends Verb {
        @Override
        ExitCode run() {
            return post("suspend");
        }
    }

    @picocli.CommandLine.Command(name = "resume", description = "Check it again.")
    static final class Resume extends Verb {
        @Override
        ExitCode run() {
            return post("resume");
        }
    }

    @picocli.CommandLine.Command(
            name = "accept",
            description = "Accept what was held back: a tag that moved, a history that was rewritten.")
    static final class Accept extends Verb {
        @Override
        ExitCode run() {
            return post("accept");
        }
    }
}
