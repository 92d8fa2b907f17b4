package io.wherry.hub.resource;

import java.util.Optional;

/** Reads {@code ref}: exactly one of branch, tag and commit. */
final class RefYaml {
    private RefYaml() {}

    static Optional<Ref> read(Strict spec) {
        if (!spec.has("ref")) {
            return Optional.empty();
        }
        Strict ref = spec.sub("ref");
        ref.later("digest", "version", "pinned");
        var branch = ref.get().text("branch");
        var tag = ref.get().text("tag");
        var commit = ref.get().text("commit");
        long given =
                branch.stream().count() + tag.stream().count() + commit.stream().count();
        if (given != 1) {
            ref.problems()
                    .add(
                            ref.at(),
                            "ref: " + (given == 0 ? "says nothing" : "says more than one thing"),
                            "write one of branch, tag and commit");
            return Optional.empty();
        }
        return ref.build(() -> branch.<Ref>map(Ref.Branch::new)
                .or(() -> tag.map(Ref.Tag::new))
                .or(() -> commit.map(Ref.Commit::new))
                .orElseThrow());
    }
}
