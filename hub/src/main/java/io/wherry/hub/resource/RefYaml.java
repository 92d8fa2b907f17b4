package io.wherry.hub.resource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code ref}: exactly one of branch, tag, commit and digest. */
final class RefYaml {
    private RefYaml() {}

    /** Of a stack: what its source is, is not known yet, so a plain tag may be of Git or of a registry ({@link Source#follows}). */
    static Optional<Ref> read(Strict spec) {
        return spec.has("ref")
                ? read(spec.sub("ref"), List.of("branch", "tag", "commit", "digest"), false)
                : Optional.empty();
    }

    static Optional<Ref> ofGit(Strict spec) {
        if (!spec.has("ref")) {
            return Optional.empty();
        }
        Strict ref = spec.sub("ref");
        boolean foreign = ref.has("digest") || ref.has("pinned");
        ref.refused("digest", "belongs to type: oci", "write one of branch, tag and commit");
        ref.refused("pinned", "belongs to type: oci", "remove it: a tag of Git that moves is not followed anyway");
        return read(ref, List.of("branch", "tag", "commit"), foreign);
    }

    static Optional<Ref> ofRegistry(Strict spec) {
        if (!spec.has("ref")) {
            return Optional.empty();
        }
        Strict ref = spec.sub("ref");
        boolean foreign = ref.has("branch") || ref.has("commit");
        for (String key : List.of("branch", "commit")) {
            ref.refused(key, "belongs to type: git", "write one of tag and digest");
        }
        return read(ref, List.of("tag", "digest"), foreign);
    }

    /** @param foreign whether it says something that was refused already */
    private static Optional<Ref> read(Strict ref, List<String> known, boolean foreign) {
        ref.later("version");
        List<String> given = new ArrayList<>(known);
        given.removeIf(key -> !ref.has(key));
        boolean pinned = known.contains("digest") && ref.get().bool("pinned", false);
        if (given.isEmpty() && foreign) {
            return Optional.empty();
        }
        if (given.size() != 1) {
            ref.problems()
                    .add(
                            ref.at(),
                            "ref: " + (given.isEmpty() ? "says nothing" : "says more than one thing"),
                            "write one of " + String.join(", ", known.subList(0, known.size() - 1)) + " and "
                                    + known.getLast());
            return Optional.empty();
        }
        String key = given.getFirst();
        if (pinned && !key.equals("tag")) {
            ref.problems().add(ref.at(), "ref.pinned: belongs to a tag", "remove it: a " + key + " stays as it is");
        }
        return ref.get().text(key).flatMap(name -> ref.build(() -> of(key, name, pinned, known)));
    }

    private static Ref of(String key, String name, boolean pinned, List<String> known) {
        return switch (key) {
            case "branch" -> new Ref.Branch(name);
            case "commit" -> new Ref.Commit(name);
            case "digest" -> new Ref.OciDigest(name);
            default -> pinned || !known.contains("commit") ? new Ref.OciTag(name, pinned) : new Ref.Tag(name);
        };
    }
}
