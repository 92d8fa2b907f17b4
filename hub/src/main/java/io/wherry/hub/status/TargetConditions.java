package io.wherry.hub.status;

import static io.wherry.hub.resource.Condition.Status.FALSE;
import static io.wherry.hub.resource.Condition.Status.TRUE;
import static io.wherry.hub.resource.Condition.Status.UNKNOWN;

import io.wherry.contract.Difference;
import io.wherry.contract.EntryState;
import io.wherry.contract.Gap;
import io.wherry.contract.Outcome;
import io.wherry.contract.Reason;
import io.wherry.hub.resource.Condition;
import io.wherry.hub.resource.Condition.Status;
import io.wherry.hub.status.TargetState.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Judges one stack at one agent (docs/reference/conditions.md). Pure: the same state and contact give the same verdict. */
final class TargetConditions {
    /** As agents report it: what the stack declares is not there any more. */
    private static final String OBJECT_MISSING = "ObjectMissing";

    private final String agentName;
    private final TargetState state;
    private final Contact contact;
    private final Optional<EntryState> current;

    private TargetConditions(String agentName, TargetState state, Contact contact) {
        this.agentName = agentName;
        this.state = state;
        this.contact = contact;
        this.current = state.current();
    }

    /** Differences named in one message; the list has all. */
    private static final int MAX_NAMED = 3;

    /** Why a target is not green, what to tell, and what to try. */
    private record Verdict(Status ready, Reason reason, String message, String next) {}

    static TargetStatus judge(String agentName, TargetState state, Contact contact) {
        return new TargetConditions(agentName, state, contact).judge();
    }

    private TargetStatus judge() {
        Verdict verdict = verdict();
        List<Condition> conditions = List.of(
                condition("Synced", current.map(EntryState::synced), verdict),
                condition("Healthy", current.map(EntryState::healthy), verdict),
                condition("Drifted", current.map(EntryState::drifted), drifted(verdict)),
                condition("Reconciling", Optional.of(reconciling()), verdict),
                condition("Stalled", Optional.of(stalled()), verdict),
                new Condition(
                        "Ready",
                        verdict.ready(),
                        verdict.reason().code(),
                        verdict.message(),
                        asOf(),
                        state.wanted().generation()));
        return new TargetStatus(
                state.agent(),
                agentName,
                state.stack(),
                state.stackName(),
                state.wanted().generation(),
                state.wanted().revision(),
                phase(),
                verdict.reason().code(),
                current.map(EntryState::reason).orElse(""),
                verdict.message(),
                verdict.next(),
                state.reportedAt(),
                conditions,
                notes(),
                current.map(EntryState::differences).orElse(List.of()),
                current.map(EntryState::gaps).orElse(List.of()));
    }

    /** Drift is told by what differs, whatever else is worse. */
    private Verdict drifted(Verdict verdict) {
        return current.filter(now -> contact.connected() && now.drifted())
                .map(now -> new Verdict(FALSE, StatusReason.DRIFT_FOUND, differs(now), verdict.next()))
                .orElse(verdict);
    }

    private Verdict verdict() {
        String describe = "wherry describe agent " + agentName;
        if (!contact.connected()) {
            String since =
                    contact.lastHeard().map(at -> "not heard since " + at).orElse("never heard");
            StatusReason reason = contact.lastHeard().isPresent() ? StatusReason.NOT_HEARD : StatusReason.NEVER_HEARD;
            String last = state.report()
                    .map(told -> "; last known, as of " + state.reportedAt() + ": generation " + told.generation()
                            + ": " + verdict(told, describe).message())
                    .orElse("");
            return new Verdict(
                    UNKNOWN, reason, agentName + " was " + since + last, "wherry-agent doctor (at the site)");
        }
        if (current.isEmpty()) {
            return new Verdict(
                    UNKNOWN,
                    StatusReason.NOT_REPORTED,
                    "generation " + state.wanted().generation() + " is assigned and not reported on yet",
                    describe);
        }
        return verdict(current.get(), describe);
    }

    private Verdict verdict(EntryState now, String describe) {
        String sync = "wherry stack sync " + state.stackName();
        return switch (now.outcome()) {
            case APPLIED, HEALTHY, CORRECTED ->
                now.synced() && now.healthy()
                        ? new Verdict(TRUE, StatusReason.ALL_GOOD, "applied and healthy" + gaps(now) + remark(now), "")
                        : new Verdict(FALSE, StatusReason.IN_PROGRESS, said(now, "is being applied"), describe);
            case ROLLED_BACK ->
                new Verdict(FALSE, StatusReason.ROLLED_BACK, said(now, "went back by itself"), sync + " --retry");
            case FAILED -> new Verdict(FALSE, StatusReason.APPLY_FAILED, said(now, "failed"), sync + " --retry");
            case UNHEALTHY ->
                new Verdict(FALSE, StatusReason.UNHEALTHY, said(now, "is not healthy"), unhealthy(now, describe));
            case PENDING -> new Verdict(FALSE, StatusReason.PENDING, said(now, "waits for its surroundings"), describe);
            case DRIFTED -> new Verdict(FALSE, StatusReason.DRIFT_FOUND, said(now, differs(now)), sync + " --correct");
            case LEFTOVER ->
                new Verdict(
                        now.healthy() ? TRUE : FALSE,
                        StatusReason.LEFTOVER,
                        said(now, "left something behind"),
                        describe);
            case REMOVED -> new Verdict(TRUE, StatusReason.REMOVED, "removed", "");
            case SUSPENDED ->
                new Verdict(
                        now.healthy() ? TRUE : FALSE, StatusReason.SUSPENDED, "suspended: observed, not corrected", "");
        };
    }

    /** What somebody took away by hand comes back on a person's word; whatever else is unhealthy has to be looked at. */
    private String unhealthy(EntryState now, String describe) {
        return now.reason().equals(OBJECT_MISSING) ? "wherry stack sync " + state.stackName() + " --correct" : describe;
    }

    private static String gaps(EntryState now) {
        return now.gaps().isEmpty() ? "" : "; " + Gap.sentence(now.gaps());
    }

    /** What the site remarks of what is well all the same: that its policy would refuse it today, that it could not come back. */
    private static String remark(EntryState now) {
        return isRemarked(now) ? "; " + said(now, "") : "";
    }

    private static boolean isRemarked(EntryState now) {
        return switch (now.outcome()) {
            case APPLIED, HEALTHY, CORRECTED ->
                now.synced() && now.healthy() && !now.reason().isEmpty();
            case ROLLED_BACK, FAILED, UNHEALTHY, PENDING, DRIFTED, LEFTOVER, REMOVED, SUSPENDED -> false;
        };
    }

    private static String differs(EntryState now) {
        return "differs from what was assigned" + (now.differences().isEmpty() ? "" : ": " + drift(now));
    }

    /** What differs, as far as one line goes. */
    private static String drift(EntryState now) {
        String named = now.differences().stream()
                .limit(MAX_NAMED)
                .map(TargetConditions::said)
                .collect(Collectors.joining("; "));
        int more = now.differences().size() - MAX_NAMED;
        return named + (more > 0 ? "; and " + more + " more" : "");
    }

    private static String said(Difference difference) {
        return difference.object() + (difference.field().isEmpty() ? "" : " " + difference.field()) + ": "
                + (difference.found().isEmpty() ? "nothing" : difference.found())
                + (difference.wanted().isEmpty() ? "" : " instead of " + difference.wanted());
    }

    private static String said(EntryState now, String otherwise) {
        String what = now.message().isEmpty() ? otherwise : now.message();
        return now.reason().isEmpty() ? what : now.reason() + ": " + what;
    }

    /** What was reported, as long as the agent is heard; else unknown, with the time of the report. */
    private Condition condition(String type, Optional<Boolean> reported, Verdict verdict) {
        Status status = !contact.connected() || reported.isEmpty() ? UNKNOWN : reported.get() ? TRUE : FALSE;
        boolean good = status == (type.equals("Synced") || type.equals("Healthy") ? TRUE : FALSE);
        String reason = good ? StatusReason.ALL_GOOD.code() : verdict.reason().code();
        return new Condition(
                type,
                status,
                reason,
                good ? "" : verdict.message(),
                asOf(),
                state.wanted().generation());
    }

    private boolean reconciling() {
        return current.map(now -> !stalled(now) && (!now.synced() || starts(now)))
                .orElse(true);
    }

    /** Applied or corrected, and not healthy yet. */
    private static boolean starts(EntryState now) {
        return switch (now.outcome()) {
            case APPLIED, HEALTHY, CORRECTED -> !now.healthy();
            case ROLLED_BACK, FAILED, UNHEALTHY, PENDING, DRIFTED, LEFTOVER, REMOVED, SUSPENDED -> false;
        };
    }

    private boolean stalled() {
        return current.map(TargetConditions::stalled).orElse(false);
    }

    private static boolean stalled(EntryState now) {
        return switch (now.outcome()) {
            case ROLLED_BACK, FAILED, UNHEALTHY -> true;
            case APPLIED, HEALTHY, CORRECTED, PENDING, DRIFTED, REMOVED, SUSPENDED, LEFTOVER -> false;
        };
    }

    private String phase() {
        if (!contact.connected()) {
            return "Unknown";
        }
        if (current.isEmpty()) {
            return "Offered";
        }
        if (state.wanted().detached()) {
            return "Detached";
        }
        EntryState now = current.get();
        return switch (now.outcome()) {
            case FAILED -> "Failed";
            case PENDING -> "Pending";
            case ROLLED_BACK -> "RolledBack";
            case UNHEALTHY -> "Unhealthy"; // after success: the journal's word for it is still Committed
            case DRIFTED -> "Drifted";
            case SUSPENDED -> "Suspended";
            case APPLIED, HEALTHY, CORRECTED, REMOVED, LEFTOVER ->
                Reason.camelCase(now.phase().name());
        };
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (state.wanted().detached()) {
            notes.add("Detached");
        }
        if (state.wanted().pinned()) {
            notes.add("Pinned");
        }
        if (state.wanted().place() == Place.SUSPENDED) {
            notes.add("Suspended");
        }
        if (state.wanted().place() == Place.ABSENT) {
            notes.add("Removing");
        }
        if (current.filter(now -> now.outcome() == Outcome.LEFTOVER).isPresent()) {
            notes.add("Leftover");
        }
        current.filter(TargetConditions::isRemarked).ifPresent(now -> notes.add(now.reason()));
        state.wanted().unpinnedImages().forEach(image -> notes.add("Unpinned: " + image));
        return notes;
    }

    private Instant asOf() {
        return state.report().isPresent() ? state.reportedAt() : state.wanted().at();
    }
}
