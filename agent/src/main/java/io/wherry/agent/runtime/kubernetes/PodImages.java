package io.wherry.agent.runtime.kubernetes;

import io.wherry.contract.json.Json;
import java.util.Set;
import java.util.TreeSet;

/** The images that a model names, wherever it holds containers: templates of custom kinds too. */
final class PodImages {
    private static final Set<String> CONTAINERS = Set.of("initContainers", "containers");

    private PodImages() {}

    static Set<String> of(Json.Obj model) {
        Set<String> images = new TreeSet<>();
        collect(model, images);
        return images;
    }

    private static void collect(Json value, Set<String> images) {
        switch (value) {
            case Json.Obj object ->
                object.fields().forEach((name, field) -> {
                    if (CONTAINERS.contains(name) && field instanceof Json.Arr containers) {
                        containers.items().forEach(container -> image(container, images));
                    }
                    collect(field, images);
                });
            case Json.Arr array -> array.items().forEach(item -> collect(item, images));
            case Json.Str _, Json.Int _, Json.Dec _, Json.Bool _, Json.Null _ -> {}
        }
    }

    private static void image(Json container, Set<String> images) {
        if (container instanceof Json.Obj fields
                && fields.find("image").orElse(null) instanceof Json.Str(String name)) {
            images.add(name);
        }
    }
}
