package io.wherry.agent.runtime.kubernetes.health;

import io.wherry.contract.json.Json;
import java.util.List;
import java.util.Optional;

/**
 * One of {@code status.conditions}.
 *
 * @param observedGeneration the generation it speaks of; 0: it does not say
 */
record Condition(String type, String status, String reason, String message, long observedGeneration) {

    static List<Condition> of(Json.Obj object) {
        return Fields.objects(object, "status", "conditions").stream()
                .map(c -> new Condition(
                        Fields.text(c, "type"),
                        Fields.text(c, "status"),
                        Fields.text(c, "reason"),
                        Fields.text(c, "message"),
                        Fields.number(0, c, "observedGeneration")))
                .toList();
    }

    static Optional<Condition> find(Json.Obj object, String type) {
        return of(object).stream().filter(c -> c.type().equals(type)).findFirst();
    }

    boolean isTrue() {
        return status.equals("True");
    }

    boolean isFalse() {
        return status.equals("False");
    }

    /** {@code condition Ready is False: Pending: waits for a volume}. */
    String sentence() {
        String why = reason.isEmpty() ? message : message.isEmpty() ? reason : reason + ": " + message;
        return "condition " + type + " is " + status + (why.isEmpty() ? "" : ": " + why);
    }
}
