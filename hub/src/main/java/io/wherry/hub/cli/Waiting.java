package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at one object until a condition holds, showing each change; a timeout names what was still missing. A hub that answered once may be away in
 * between: it is restarted, and so is the way to it.
 */
final class Waiting {
    private static final Duration PAUSE = Duration.ofMillis(300);

    /** What was changed a moment ago, the credential that a stack lacked for example, the hub has yet to look at: a bad end is believed after two seconds. */
    private static final int BAD_LOOKS = 7;

    /** Phases that no waiting ends. */
    private static final Set<String> WAITS_FOR_A_PERSON = Set.of(
            "OutOfSync",
            "ConfirmationNeeded",
            "ApprovalNeeded",
            "AwaitingApproval",
            "RolloutGated",
            "RolloutPaused",
            "RolloutAborted",
            "RolloutReverting",
            "RolloutReverted",
            "RolloutPolicyMissing");

    /** Some targets have the content, and are well; the others have yet to get it. */
    private static final Set<String> ON_ITS_WAY = Set.of(
            "RollingOut", "RolloutGated", "RolloutPaused", "RolloutAborted", "RolloutReverting", "RolloutReverted");

    private final HubApi hub;
    private final Session session;
    private final Duration timeout;

    Waiting(HubApi hub, Session session, Duration timeout) {
        this.hub = hub;
        this.session = session;
        this.timeout = timeout;
    }

    /** @param state one of the kind's */
    ExitCode until(Kind kind, String name, String state, Optional<String> revision) {
        Instant end = session.clock().instant().plus(timeout);
        String shown = "";
        boolean answered = false;
        int bad = 0;
        while (true) {
            Optional<Json.Obj> item;
            try {
                item = look(kind, name, state);
                answered = true;
            } catch (CliException e) {
                boolean restarts = answered && e.exit() == ExitCode.HUB_UNREACHABLE;
                if (!restarts || session.clock().instant().isAfter(end)) {
                    throw e;
                }
                shown = show("the hub does not answer at the moment", shown);
                pause();
                continue;
            }
            if (item.isEmpty()) {
                return done(kind, name, "deleted");
            }
            Json.Obj status =
                    item.get().findObject("status").orElse(Json.object().build());
            if (holds(status, state, revision)) {
                return done(kind, name, state);
            }
            String line = kind.singular() + "/" + name + ": " + describe(status, revision);
            shown = show(line, shown);
            bad = state.equals("healthy") && hasEndedBadly(status, revision) ? bad + 1 : 0;
            boolean over = session.clock().instant().isAfter(end);
            if (bad == BAD_LOOKS || (bad > 0 && over)) {
                session.out().progressDone();
                boolean waits =
                        WAITS_FOR_A_PERSON.contains(status.findString("phase").orElse(""));
                throw new CliException(
                        waits ? ExitCode.BLOCKED : ExitCode.UNHEALTHY,
                        line,
                        status.findString("hint").orElse(""));
            }
            if (over) {
                session.out().progressDone();
                throw new CliException(
                        ExitCode.TIMEOUT,
                        "waited " + timeout.toSeconds() + " s for " + kind.singular() + "/" + name + " to be " + state
                                + "; it is still: " + describe(status, revision),
                        status.findString("hint").orElse(""));
            }
            pause();
        }
    }

    private String show(String line, String shown) {
        if (!line.equals(shown)) {
            session.out().progress(line);
        }
        return line;
    }

    private Optional<Json.Obj> look(Kind kind, String name, String state) {
        try {
            return Optional.of(kind.find(hub, name, kind.briefly()));
        } catch (CliException e) {
            if (e.exit() == ExitCode.NOT_FOUND && state.equals("deleted")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static boolean holds(Json.Obj status, String state, Optional<String> revision) {
        if (revision.isPresent() && !at(status, revision.get())) {
            return false;
        }
        String condition = Character.toUpperCase(state.charAt(0)) + state.substring(1);
        return isTrue(status, condition) && (!state.equals("healthy") || runsWhatItShould(status));
    }

    private static boolean hasEndedBadly(Json.Obj status, Optional<String> revision) {
        return status.findString("level").orElse("").equals("bad")
                && revision.map(r -> at(status, r)).orElse(true)
                && status.boolOr("final", false);
    }

    /** What a site went back to may well be healthy, and is not what was waited for. */
    private static boolean runsWhatItShould(Json.Obj status) {
        return !ON_ITS_WAY.contains(status.findString("phase").orElse("")) && status.integerOr("unsettled", 0) == 0;
    }

    private static boolean isTrue(Json.Obj status, String condition) {
        return status.objects("conditions").stream()
                .anyMatch(c ->
                        c.string("type").equals(condition) && c.string("status").equals("True"));
    }

    /** Deployed, or in force because it changes nothing of what is deployed. */
    private static boolean at(Json.Obj status, String revision) {
        return status.findString("revision").orElse("").startsWith(revision)
                || status.findString("inForce").orElse("").startsWith(revision);
    }

    private static String describe(Json.Obj status, Optional<String> revision) {
        return revision.filter(wanted -> !at(status, wanted))
                .map(wanted -> describe(status) + ", at revision "
                        + Words.commit(status.findString("revision").orElse("none")) + " and not "
                        + Words.commit(wanted))
                .orElse(describe(status));
    }

    private static String describe(Json.Obj status) {
        String phase = status.findString("phase").orElse("Unknown");
        return status.findString("message")
                .filter(m -> !m.isEmpty())
                .map(m -> phase + ": " + m)
                .orElse(phase);
    }

    private ExitCode done(Kind kind, String name, String state) {
        session.out().progressDone();
        session.out().note(kind.singular() + "/" + name + " is " + state);
        return ExitCode.OK;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            throw new CliException(ExitCode.INTERRUPTED, "interrupted", "");
        }
    }
}
