package io.wherry.hub.render.kubernetes;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Workloads that declare a number of replicas and have an autoscaler too: one sets back what the other set, for as long as both are there. */
final class ScaledTwice {
    private final Problems warnings;
    private final Map<ObjectName, Position> declared = new HashMap<>();
    private final Map<ObjectName, ObjectName> scaled = new HashMap<>();

    ScaledTwice(Problems warnings) {
        this.warnings = warnings;
    }

    /**
     * The next object, in whatever order.
     *
     * @param replicas where its spec says how many, if it does
     */
    void add(ObjectName name, Json.Obj object, Position replicas) {
        if (!(object.find("spec").orElse(new Json.Null()) instanceof Json.Obj spec)) {
            return;
        }
        if (name.kind().equals("HorizontalPodAutoscaler") && name.group().equals("autoscaling")) {
            if (spec.find("scaleTargetRef").orElse(new Json.Null()) instanceof Json.Obj target) {
                workload(target, name.namespace()).ifPresent(workload -> {
                    scaled.put(workload, name);
                    warn(workload);
                });
            }
        } else if (!isNone(spec.find("replicas").orElse(new Json.Null()))) {
            declared.put(name, replicas);
            warn(name);
        }
    }

    /** Empty where it can be the name of none: the cluster says what is wrong with it. */
    private static Optional<ObjectName> workload(Json.Obj target, String namespace) {
        try {
            String group = text(target, "apiVersion").replaceFirst("(^|/)[^/]*$", "");
            return Optional.of(new ObjectName(text(target, "kind"), group, namespace, text(target, "name")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** None switches an autoscaler off, and is meant so. */
    private static boolean isNone(Json replicas) {
        return replicas instanceof Json.Null || replicas.equals(Json.of(0));
    }

    private void warn(ObjectName workload) {
        Position at = declared.get(workload);
        ObjectName autoscaler = scaled.get(workload);
        if (at != null && autoscaler != null) {
            warnings.add(
                    at,
                    workload + ": spec.replicas is declared, and " + autoscaler
                            + " sets it too: each takes back what the other did",
                    "take spec.replicas out, or name it in ignoreDifferences");
        }
    }

    private static String text(Json.Obj object, String key) {
        return object.find(key).orElse(new Json.Null()) instanceof Json.Str(String value) ? value : "";
    }
}
