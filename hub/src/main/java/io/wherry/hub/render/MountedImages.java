package io.wherry.hub.render;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** Images that a service of a normalised model mounts: {@code volumes} of {@code type: image}. Pure. */
public final class MountedImages {
    private MountedImages() {}

    /** As the model writes them. */
    public static SortedSet<String> of(Json.Obj service) {
        SortedSet<String> images = new TreeSet<>();
        replace(service, image -> {
            images.add(image);
            return image;
        });
        return images;
    }

    /** The same service with other images mounted. */
    static Json.Obj replace(Json.Obj service, UnaryOperator<String> other) {
        if (!(service.find("volumes").orElse(new Json.Null()) instanceof Json.Arr(List<Json> mounts))) {
            return service;
        }
        List<Json> replaced = new ArrayList<>();
        for (Json item : mounts) {
            boolean image = item instanceof Json.Obj mount
                    && mount.findString("type").orElse("").equals("image");
            replaced.add(image ? replaced((Json.Obj) item, other) : item);
        }
        SequencedMap<String, Json> fields = new LinkedHashMap<>(service.fields());
        fields.put("volumes", new Json.Arr(replaced));
        return new Json.Obj(fields);
    }

    private static Json replaced(Json.Obj mount, UnaryOperator<String> other) {
        SequencedMap<String, Json> fields = new LinkedHashMap<>(mount.fields());
        fields.put("source", Json.of(other.apply(mount.string("source"))));
        return new Json.Obj(fields);
    }
}
