package io.wherry.hub.resource;

import io.wherry.hub.resource.Group.Membership;
import java.util.Optional;

/** Reads the {@code spec} of a group: a selector or members. */
final class GroupYaml {
    private GroupYaml() {}

    static Optional<Group> read(Metadata metadata, Strict spec) {
        boolean listed = spec.has("members");
        boolean selected = spec.has("selector");
        if (listed == selected) {
            spec.problems()
                    .add(
                            spec.at(),
                            "group: says " + (listed ? "both selector and members" : "neither selector nor members"),
                            "write one of them");
        }
        Optional<Selector> selector = SelectorYaml.read(spec, "selector");
        var members = spec.get().texts("members");
        if (listed == selected) {
            return Optional.empty();
        }
        if (listed) {
            return spec.build(() -> new Group(metadata, new Membership.Listed(members)));
        }
        return selector.map(s -> new Group(metadata, new Membership.Selected(s)));
    }
}
