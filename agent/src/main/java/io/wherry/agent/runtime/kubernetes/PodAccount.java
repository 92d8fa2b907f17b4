package io.wherry.agent.runtime.kubernetes;

import io.wherry.contract.json.Json;
import java.util.Map;
import java.util.Optional;

/**
 * The account of an object's pods under both of its names. The API server fills in the old one, {@code serviceAccount}, which nobody owns then: when {@code serviceAccountName}
 * is declared no more it would come back from there, and pods would go on as an account that the stack does not name.
 */
final class PodAccount {
    private static final String NAME = "serviceAccountName";
    private static final String OLD_NAME = "serviceAccount";

    /** Where a kind has the specification of its pods. */
    private static final Map<String, String> PODS = Map.of(
            "v1 Pod", "spec",
            "v1 ReplicationController", "spec/template/spec",
            "apps/v1 ReplicaSet", "spec/template/spec",
            "apps/v1 Deployment", "spec/template/spec",
            "apps/v1 StatefulSet", "spec/template/spec",
            "apps/v1 DaemonSet", "spec/template/spec",
            "batch/v1 Job", "spec/template/spec",
            "batch/v1 CronJob", "spec/jobTemplate/spec/template/spec");

    private PodAccount() {}

    /** The same with both, where it declares one of them. */
    static Json.Obj twice(Json.Obj object) {
        String kind = Fields.text(object, "apiVersion") + " " + Fields.text(object, "kind");
        return Optional.ofNullable(PODS.get(kind))
                .map(path -> twice(object, path.split("/")))
                .orElse(object);
    }

    private static Json.Obj twice(Json.Obj object, String[] path) {
        Json.Obj pod = Fields.object(object, path);
        Optional<Json> account = pod.find(NAME).or(() -> pod.find(OLD_NAME));
        return account.map(name -> withBoth(pod, name))
                .map(both -> Fields.with(object, both, path))
                .orElse(object);
    }

    /** What it says itself stands: where the two differ that is the API server's to judge. */
    private static Json.Obj withBoth(Json.Obj pod, Json account) {
        Json.Obj both = pod;
        for (String name : new String[] {NAME, OLD_NAME}) {
            both = pod.find(name).isPresent() ? both : Fields.with(both, account, name);
        }
        return both;
    }
}
