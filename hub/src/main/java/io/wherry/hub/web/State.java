package io.wherry.hub.web;

import io.wherry.contract.json.Json;
import java.util.Set;

/**
 * How something is: a glyph and a word, so that colour carries nothing alone.
 *
 * @param level {@code good, working, waiting, offline, bad} or {@code unknown}: which style
 */
record State(String level, String glyph, String word) {
    private static final Set<String> SILENT = Set.of("NotHeard", "NeverHeard");

    /** Nothing is broken: a person's word is missing. */
    private static final Set<String> WAITS =
            Set.of("OutOfSync", "ConfirmationNeeded", "ApprovalNeeded", "AwaitingApproval", "RolloutGated");

    /** @param status of a stack, a source, or one stack at one agent: {@code phase, level, reason} */
    static State of(Json.Obj status) {
        String phase = status.findString("phase").orElse("");
        String reason = status.findString("reason").orElse("");
        String level = status.findString("level").orElse("unknown");
        // The journal's word for work that is done says nothing of what became of it since.
        boolean done = phase.equals("Committed");
        return switch (level) {
            case "good" -> good(done ? "Healthy" : phase);
            case "working" -> new State("working", "…", phase);
            case "bad" -> WAITS.contains(phase) ? waiting(phase) : bad(done && !reason.isEmpty() ? reason : phase);
            default -> unknown(phase.isEmpty() ? "Unknown" : phase);
        };
    }

    /** Offline is not failed: what an agent runs goes on without us. */
    static State agent(Json.Obj status) {
        String reason = status.findString("reason").orElse("");
        if (SILENT.contains(reason)) {
            return offline(reason.equals("NeverHeard") ? "Never heard" : "Offline");
        }
        return reason.equals("NotApproved") ? waiting("Waits to be let in") : of(status);
    }

    static boolean isSilent(String reason) {
        return SILENT.contains(reason);
    }

    static State good(String word) {
        return new State("good", "✔", word);
    }

    static State bad(String word) {
        return new State("bad", "✘", word);
    }

    static State unknown(String word) {
        return new State("unknown", "?", word);
    }

    static State offline(String word) {
        return new State("offline", "○", word);
    }

    static State waiting(String word) {
        return new State("waiting", "◷", word);
    }

    boolean isGood() {
        return level.equals("good");
    }
}
