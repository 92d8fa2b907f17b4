package io.wherry.hub.resource;

import io.wherry.contract.json.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * One aspect of a resource's state, in the shape of Kubernetes.
 *
 * @param type               what is judged: {@code Ready}, {@code Fetched}, …
 * @param reason             stable code, CamelCase (docs/reference/reasons.md)
 * @param message            cause and next step, for a person
 * @param lastTransitionTime when {@code status} last changed
 * @param observedGeneration the generation of the resource that was judged
 */
public record Condition(
        String type,
        Status status,
        String reason,
        String message,
        Instant lastTransitionTime,
        long observedGeneration) {
    /** Unknown is what contact lost makes of everything below it. */
    public enum Status {
        TRUE("True"),
        FALSE("False"),
        UNKNOWN("Unknown");

        private final String word;

        Status(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    public Json.Obj toJson() {
        return Json.object()
                .put("type", type)
                .put("status", status.word())
                .put("reason", reason)
                .put("message", message)
                .put(
                        "lastTransitionTime",
                        lastTransitionTime.truncatedTo(ChronoUnit.MILLIS).toString())
                .put("observedGeneration", observedGeneration)
                .build();
    }

    /** The judgement of now: keeps the time of the earlier one if the status did not change. */
    public Condition after(Condition earlier) {
        return earlier.type().equals(type) && earlier.status() == status
                ? new Condition(type, status, reason, message, earlier.lastTransitionTime(), observedGeneration)
                : this;
    }
}
