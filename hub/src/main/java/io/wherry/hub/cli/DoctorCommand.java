package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.base.Version;
import io.wherry.contract.json.Json;
import java.time.Duration;
import java.time.Instant;

/** Is it me or the hub? Looks at everything between this person and an answer, in the order in which it can break. */
@picocli.CommandLine.Command(name = "doctor", description = "Check the way from here to the hub, step by step.")
final class DoctorCommand extends Command {
    /** A clock that is further off makes times in tables and logs misleading. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(30);

    @Override
    ExitCode run() {
        Contexts contexts = session().contexts();
        out().line("✔ configuration: " + contexts.all().size()
                + (contexts.all().size() == 1 ? " context" : " contexts") + ", current: "
                + (contexts.current().isEmpty() ? "none" : contexts.current()));
        HubApi hub = hub();
        Json.Obj version = answer(hub);
        Json.Obj me = check("key is accepted", () -> hub.get("/whoami"));
        out().line("  as " + me.string("name") + " (" + me.string("role") + ")"
                + me.findString("expiresAt").map(t -> ", until " + t).orElse(""));
        compare(version);
        clock(version);
        return ExitCode.OK;
    }

    /** A hub that refuses the key has answered: it is the key, and not the way there. */
    private Json.Obj answer(HubApi hub) {
        String what = "hub answers at " + hub.context().server();
        try {
            Json.Obj version = hub.get("/version");
            out().line("✔ " + what);
            return version;
        } catch (CliException e) {
            boolean answered = e.exit() == ExitCode.DENIED;
            out().line((answered ? "✔ " : "✘ ") + what);
            if (answered) {
                out().line("✘ key is accepted");
            }
            throw e;
        }
    }

    private Json.Obj check(String what, java.util.function.Supplier<Json.Obj> call) {
        try {
            Json.Obj answer = call.get();
            out().line("✔ " + what);
            return answer;
        } catch (CliException e) {
            out().line("✘ " + what);
            throw e;
        }
    }

    private void compare(Json.Obj version) {
        String hub = version.string("version");
        boolean same = hub.equals(Version.CURRENT);
        out().line((same ? "✔" : "!") + " versions: wherry " + Version.CURRENT + ", hub " + hub
                + (same ? "" : " (use the command line of the hub's version)"));
    }

    private void clock(Json.Obj version) {
        Duration apart = Duration.between(
                Instant.parse(version.string("time")), session().clock().instant());
        boolean near = apart.abs().compareTo(CLOCK_TOLERANCE) <= 0;
        out().line((near ? "✔" : "!") + " clocks: " + apart.toSeconds() + " s apart"
                + (near ? "" : " (set the clock here or at the hub)"));
    }
}
