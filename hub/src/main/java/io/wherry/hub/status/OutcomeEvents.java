package io.wherry.hub.status;

import io.wherry.contract.EntryState;
import io.wherry.contract.Gap;
import io.wherry.hub.status.Event.Severity;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Which event a reported state is worth: one per change of outcome, none for a state that was reported before. Pure but for the raising. */
final class OutcomeEvents {
    private OutcomeEvents() {}

    /** An event still to be raised. */
    record Told(Severity severity, String stack, StatusReason reason, String message, String next) {
        void raise(Handle handle, Events events) {
            events.raise(handle, severity, "Stack", stack, reason, message, next);
        }
    }

    static Optional<Told> of(String agent, Optional<EntryState> before, EntryState now) {
        if (before.isPresent() && sameNews(before.get(), now)) {
            return Optional.empty();
        }
        String at = now.name() + " at " + agent + ", generation " + now.generation();
        String because = now.message().isEmpty() ? "" : ": " + now.message();
        String describe = "wherry describe stack " + now.name();
        return Optional.of(
                switch (now.outcome()) {
                    case APPLIED, HEALTHY ->
                        now.reason().isEmpty()
                                ? told(
                                        Severity.NORMAL,
                                        now,
                                        StatusReason.APPLIED,
                                        at + " is applied and healthy" + gaps(now),
                                        "")
                                : told(
                                        Severity.WARNING,
                                        now,
                                        StatusReason.APPLIED,
                                        at + " is applied and healthy" + gaps(now) + "; " + now.reason() + because,
                                        describe);
                    case ROLLED_BACK ->
                        told(
                                Severity.ALARM,
                                now,
                                StatusReason.ROLLED_BACK,
                                at + " went back by itself" + because,
                                "wherry stack sync " + now.name() + " --retry");
                    case FAILED ->
                        told(Severity.ALARM, now, StatusReason.APPLY_FAILED, at + " failed" + because, describe);
                    case UNHEALTHY ->
                        told(Severity.ALARM, now, StatusReason.UNHEALTHY, at + " is not healthy" + because, describe);
                    case PENDING ->
                        now.waitsForWindow()
                                ? told(
                                        Severity.NORMAL,
                                        now,
                                        StatusReason.PENDING,
                                        at + " waits for its window" + because,
                                        "")
                                : told(
                                        Severity.WARNING,
                                        now,
                                        StatusReason.PENDING,
                                        at + " waits for its surroundings" + because,
                                        describe);
                    case DRIFTED ->
                        told(
                                Severity.WARNING,
                                now,
                                StatusReason.DRIFT_FOUND,
                                at + " differs from what was assigned" + because,
                                "wherry stack sync " + now.name() + " --correct");
                    case CORRECTED ->
                        told(
                                Severity.NORMAL,
                                now,
                                StatusReason.DRIFT_CORRECTED,
                                at + " was repaired" + because + gaps(now),
                                "");
                    case LEFTOVER ->
                        told(
                                Severity.WARNING,
                                now,
                                StatusReason.LEFTOVER,
                                at + " left something behind" + because,
                                describe);
                    case REMOVED -> told(Severity.NORMAL, now, StatusReason.REMOVED, at + " is removed", "");
                    case SUSPENDED -> told(Severity.NORMAL, now, StatusReason.SUSPENDED, at + " is suspended", "");
                });
    }

    private static String gaps(EntryState now) {
        return now.gaps().isEmpty() ? "" : "; " + Gap.sentence(now.gaps());
    }

    private static boolean sameNews(EntryState before, EntryState now) {
        return before.outcome() == now.outcome()
                && before.generation() == now.generation()
                && before.reason().equals(now.reason());
    }

    private static Told told(Severity severity, EntryState now, StatusReason reason, String message, String next) {
        return new Told(severity, now.name(), reason, message, next);
    }
}
