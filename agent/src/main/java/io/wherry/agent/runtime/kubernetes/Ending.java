package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;
import java.util.List;

/** Objects that are being deleted and wait for their finalizers. */
final class Ending {
    private Ending() {}

    static boolean isEnding(Json.Obj live) {
        return !Fields.text(live, "metadata", "deletionTimestamp").isEmpty();
    }

    /** @throws PendingException if it is on its way out: what is applied to it would go with it */
    static void refuse(ObjectName key, Json.Obj live) {
        if (isEnding(live)) {
            throw pending(key, live);
        }
    }

    /** What the controller of namespaces says is still in one: kinds, numbers and finalizers. */
    private static List<String> namespaceContent(Json.Obj live) {
        return Fields.objects(live, "status", "conditions").stream()
                .filter(condition -> Fields.text(condition, "type").startsWith("Namespace")
                        && Fields.text(condition, "status").equals("True"))
                .map(condition -> Fields.text(condition, "message"))
                .toList();
    }

    static PendingException pending(ObjectName key, Json.Obj live) {
        List<String> finalizers = Fields.find(live, "metadata", "finalizers")
                .map(list -> list instanceof Json.Arr(var items)
                        ? items.stream()
                                .map(item -> item instanceof Json.Str(String name) ? name : "?")
                                .toList()
                        : List.<String>of())
                .orElse(List.of());
        List<String> content = namespaceContent(live);
        return new PendingException(
                RuntimeReason.RUNTIME_TIMEOUT,
                key + ": is being deleted since " + Fields.text(live, "metadata", "deletionTimestamp")
                        + (content.isEmpty() ? "" : "; what holds it: " + String.join(" ", content))
                        + (finalizers.isEmpty()
                                ? ""
                                : "; it waits for the finalizers " + String.join(", ", finalizers)
                                        + " to be removed by the controllers that set them"));
    }
}
