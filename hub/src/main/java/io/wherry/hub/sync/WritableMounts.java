package io.wherry.hub.sync;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a rollback does not bring back: data that a service writes. A person should know it before the change, since a release that fails may have
 * migrated it already.
 */
final class WritableMounts {
    private static final String SERVICE = "service/";
    private static final Set<String> KEPT = Set.of("volume", "bind");

    private WritableMounts() {}

    /** One sentence for each service that changes and has such mounts, by name. */
    static List<String> of(ModelDiff diff, Json.Obj model) {
        List<String> notes = new ArrayList<>();
        for (String object : diff.changed().keySet()) {
            if (object.startsWith(SERVICE)) {
                List<String> mounts = writable(model, object.substring(SERVICE.length()));
                if (!mounts.isEmpty()) {
                    notes.add(object + " writes to " + String.join(", ", mounts)
                            + ": a rollback brings the container back, not the data");
                }
            }
        }
        return notes;
    }

    private static List<String> writable(Json.Obj model, String service) {
        return model.findObject("services").flatMap(all -> all.findObject(service)).stream()
                .flatMap(spec -> spec.objects("volumes").stream())
                .filter(WritableMounts::keepsData)
                .map(mount -> mount.findString("source").orElseGet(() -> mount.string("target")))
                .toList();
    }

    /** What lies in the project folder comes with the release and goes back with it. */
    private static boolean keepsData(Json.Obj mount) {
        boolean ofProject = mount.findString("source").orElse("").startsWith(".");
        return KEPT.contains(mount.findString("type").orElse("")) && !ofProject && !mount.boolOr("read_only", false);
    }
}
