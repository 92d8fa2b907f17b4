package io.wherry.hub.sync;

import io.wherry.contract.StartFirst;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;

/** Services that ask for start-first and cannot have it: a person should know before the change that there will be a gap. */
final class StoppedFirst {
    private static final String SERVICE = "service/";

    private StoppedFirst() {}

    /** One sentence for each service that changes and is stopped first all the same, by name. */
    static List<String> of(ModelDiff diff, Json.Obj model) {
        List<String> notes = new ArrayList<>();
        for (String object : diff.changed().keySet()) {
            if (!object.startsWith(SERVICE)) {
                continue;
            }
            String name = object.substring(SERVICE.length());
            boolean asked = model.findObject("services")
                    .flatMap(all -> all.findObject(name))
                    .filter(StartFirst::isAsked)
                    .isPresent();
            if (asked) {
                StartFirst.obstacle(model, name)
                        .ifPresent(obstacle ->
                                notes.add(object + " is stopped before the next one starts, because it " + obstacle));
            }
        }
        return notes;
    }
}
