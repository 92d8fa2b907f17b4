package io.wherry.hub.cli;

import io.wherry.base.Durations;
import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Releases what waits: the newest revision of a manual stack, a quarantined one anew, a repair of drift, a plan that deletes much. */
@picocli.CommandLine.Command(name = "sync", description = "Deploy the newest revision, or repeat, or repair drift.")
final class StackSyncCommand extends Command {
    @Parameters(paramLabel = "NAME")
    private String name = "";

    @ArgGroup
    private @Nullable How how;

    /** Either, not both: they are different acts. */
    static final class How {
        @Option(names = "--retry", description = "Try the same revision again where it was rolled back.")
        boolean retry;

        @Option(names = "--correct", description = "Repair drift; the revision does not move.")
        boolean correct;
    }

    @Option(names = "--allow-removal", description = "Go on although the plan removes much (see wherry stack plan).")
    private boolean allowRemoval;

    @Mixin
    private ActOptions act = new ActOptions();

    @Option(names = "--wait", description = "Wait until every target is healthy.")
    private boolean wait;

    @Option(names = "--timeout", paramLabel = "TIME", description = "With --wait (default: 5m).")
    private String timeout = "5m";

    @Override
    ExitCode run() {
        HubApi hub = hub();
        Json.Obj answer = hub.post(
                StackCommand.path(name, "sync"),
                act.addTo(Json.object()
                                .put("retry", how != null && how.retry)
                                .put("correct", how != null && how.correct)
                                .put("allowRemoval", allowRemoval))
                        .build());
        out().line("stack/" + name + " " + answer.string("message"));
        if (!wait) {
            return ExitCode.OK;
        }
        return new Waiting(hub, session(), duration())
                .until(
                        Kind.STACK,
                        name,
                        "healthy",
                        answer.findString("revision").filter(r -> !r.isEmpty()));
    }

    private java.time.Duration duration() {
        try {
            return Durations.parse(timeout);
        } catch (IllegalArgumentException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
    }
}
