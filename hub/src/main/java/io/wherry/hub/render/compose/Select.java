package io.wherry.hub.render.compose;

import io.wherry.base.yaml.YamlNode;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Step 10: keeps the services without profiles and those with an enabled one. */
final class Select {
    private Select() {}

    /** Where none is asked for, the one with the empty name is enabled, as in Compose: files say {@code ['', NAME]} for a default. */
    static Model services(Model model, List<String> asked) {
        List<String> profiles = asked.isEmpty() ? List.of("") : asked;
        SortedMap<String, YamlNode> selected = new TreeMap<>(model.services());
        selected.values().removeIf(service -> {
            List<String> own =
                    Nodes.items(service, "profiles").stream().map(Nodes::asText).toList();
            return !own.isEmpty() && !profiles.contains("*") && own.stream().noneMatch(profiles::contains);
        });
        return model.withServices(selected);
    }
}
