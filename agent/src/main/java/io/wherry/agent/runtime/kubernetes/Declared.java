package io.wherry.agent.runtime.kubernetes;

import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;

/**
 * An object that the stack declares, with its namespace written in.
 *
 * @param served whether the API server knows the kind already; if not, a definition of the same stack brings it
 */
record Declared(ObjectName key, Kind kind, Json.Obj object, boolean served) {

    Phase phase() {
        if (kind.groupKind().equals("Secret")
                && !Fields.annotation(object, Marks.CREDENTIALS).isEmpty()) {
            return Phase.SEALED;
        }
        return Phase.of(kind.groupKind());
    }

    /** Whether the cluster deletes it by itself some time after it has finished: that it is gone then is as declared. */
    boolean goesWhenFinished() {
        return kind.groupKind().equals("Job.batch")
                && Fields.find(object, "spec", "ttlSecondsAfterFinished").isPresent();
    }

    /** Whether the stack lets it be deleted and made anew where it cannot be changed. Never what holds others' data. */
    boolean mayBeReplaced() {
        return Fields.annotation(object, Marks.REPLACE).equals("allowed")
                && switch (kind.groupKind()) {
                    case "PersistentVolumeClaim",
                            "PersistentVolume",
                            "Namespace",
                            "CustomResourceDefinition.apiextensions.k8s.io" -> false;
                    default -> true;
                };
    }
}
