package io.wherry.hub.cli;

import io.wherry.contract.json.Json;

/** One event as one line. */
final class EventLine {
    private EventLine() {}

    static String of(Json.Obj event) {
        String glyph =
                switch (event.findString("severity").orElse("")) {
                    case "alarm" -> "✘";
                    case "warning" -> "!";
                    default -> " ";
                };
        return event.string("time") + " " + glyph + " "
                + event.findString("object").orElse("") + " " + event.string("reason") + ": "
                + event.string("message").replaceAll("\\s*[\\r\\n]+\\s*", " ");
    }
}
