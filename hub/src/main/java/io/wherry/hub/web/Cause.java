package io.wherry.hub.web;

import io.wherry.contract.json.Json;

/**
 * Why something is not green.
 *
 * @param reason  stable code; empty if there is none
 * @param message one sentence; empty if there is none
 * @param next    the command to try next; empty if there is nothing to do
 */
record Cause(String reason, String message, String next) {
    static Cause of(Json.Obj status) {
        String reason = status.findString("reason").orElse("");
        return new Cause(
                reason.equals("AllGood") ? "" : reason,
                status.findString("message").orElse(""),
                status.findString("hint").orElse(""));
    }

    boolean isEmpty() {
        return reason.isEmpty() && message.isEmpty() && next.isEmpty();
    }
}
