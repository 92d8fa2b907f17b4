package io.wherry.hub.cli;

import io.wherry.contract.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.List;

/** Times and states as words for people: a glyph and a word for every state, so that colour carries nothing alone. */
final class Words {
    private final InstantSource clock;

    Words(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * A state with its glyph, and the notes beside it.
     *
     * @param object with {@code phase}; {@code level}, the hub's own judgement: good, working, bad or unknown; {@code reason}; {@code notes}
     */
    String status(Json.Obj object) {
        String phase = object.findString("phase").orElse("");
        if (phase.isEmpty()) {
            return "";
        }
        // The journal's word for work that is done says nothing of what became of it since.
        boolean done = phase.equals("Committed");
        String state =
                switch (object.findString("level").orElse("")) {
                    case "good" -> "✔ " + (done ? "Healthy" : phase);
                    case "working" -> "… " + phase;
                    case "bad" -> "✘ " + (done ? object.findString("reason").orElse(phase) : phase);
                    default -> "? " + phase;
                };
        List<String> notes = object.strings("notes").stream()
                .filter(note -> !note.contains(":") && !note.equals(phase))
                .toList();
        return notes.isEmpty() ? state : state + ", " + String.join(", ", notes);
    }

    String ago(String time) {
        return time.isEmpty() ? "never" : since(time);
    }

    private String since(String time) {
        try {
            Duration age = Duration.between(Instant.parse(time), clock.instant());
            return age.compareTo(Duration.ofSeconds(2)) < 0 ? "now" : brief(age) + " ago";
        } catch (DateTimeParseException e) {
            return time;
        }
    }

    String until(String time) {
        if (time.isEmpty()) {
            return "";
        }
        try {
            Duration left = Duration.between(clock.instant(), Instant.parse(time));
            return left.isNegative() ? since(time) : "in " + brief(left);
        } catch (DateTimeParseException e) {
            return time;
        }
    }

    /** A commit as people read it: its first ten characters; a digest with what it is a digest of first. */
    static String commit(String full) {
        int start = full.startsWith("sha256:") ? "sha256:".length() : 0;
        return full.substring(0, Math.min(start + 10, full.length()));
    }

    private static String brief(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 120) {
            return seconds + "s";
        }
        if (seconds < 7200) {
            return seconds / 60 + "m";
        }
        return seconds < 172_800 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
    }
}
