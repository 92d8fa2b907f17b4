package io.wherry.hub.resource;

import io.wherry.contract.json.Json;
import java.util.regex.Pattern;

/** Which revision of a repository is meant. */
public sealed interface Ref {

    /** The name or the commit. */
    String name();

    /** {@code branch}, {@code tag}, {@code commit} or {@code digest}. */
    String type();

    /** Whether it always means the same content; a branch does not. */
    default boolean pinned() {
        return !(this instanceof Branch);
    }

    /** The newest commit of a branch: moves. */
    record Branch(String name) implements Ref {
        public Branch {
            requireRefName("branch", name);
        }

        @Override
        public String type() {
            return "branch";
        }
    }

    /** An annotated or lightweight tag. One that moves is reported and not followed until a person accepts it. */
    record Tag(String name) implements Ref {
        public Tag {
            requireRefName("tag", name);
        }

        @Override
        public String type() {
            return "tag";
        }
    }

    /** One commit, by its whole id: an abbreviated one can come to mean two. */
    record Commit(String name) implements Ref {
        private static final Pattern ID = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

        public Commit {
            Names.require(ID.matcher(name).matches(), "commit", name, "the whole id, 40 lower-case hexadecimal digits");
        }

        @Override
        public String type() {
            return "commit";
        }
    }

    /**
     * A tag of a registry, which is meant to move and is followed.
     *
     * @param pinned true: it must not move; one that does is reported and not followed until a person accepts it
     */
    record OciTag(String name, boolean pinned) implements Ref {
        private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

        public OciTag {
            Names.require(TAG.matcher(name).matches(), "tag", name, "a tag of a registry, like v1.2");
        }

        @Override
        public String type() {
            return "tag";
        }

        @Override
        public Json.Obj toJson() {
            Json.Builder json = Json.object().put(type(), name);
            return (pinned ? json.put("pinned", true) : json).build();
        }
    }

    /** One artifact of a registry, by the digest of its manifest. */
    record OciDigest(String name) implements Ref {
        public OciDigest {
            Names.require(
                    name.matches("sha256:[0-9a-f]{64}"),
                    "digest",
                    name,
                    "sha256: and 64 lower-case hexadecimal digits");
        }

        @Override
        public String type() {
            return "digest";
        }
    }

    default Json.Obj toJson() {
        return Json.object().put(type(), name()).build();
    }

    /** The rules of git-check-ref-format that matter here; a leading dash could be taken for an option. */
    private static void requireRefName(String what, String name) {
        boolean ok = !name.isEmpty()
                && name.length() <= 255
                && !name.startsWith("-")
                && !name.startsWith("/")
                && !name.endsWith("/")
                && !name.endsWith(".")
                && !name.endsWith(".lock")
                && !name.contains("..")
                && !name.contains("//")
                && !name.contains("@{")
                && name.chars().noneMatch(c -> c <= ' ' || c == 0x7f || "~^:?*[\\".indexOf(c) >= 0);
        Names.require(ok, what, name, "a name that Git allows, without leading refs/heads/ or refs/tags/");
        Names.require(!name.startsWith("refs/"), what, name, "the short name, without refs/…");
    }
}
