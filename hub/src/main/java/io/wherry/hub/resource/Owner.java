package io.wherry.hub.resource;

import static java.util.Objects.requireNonNull;

import io.wherry.contract.json.Json;

/**
 * Who declares a resource that no person may change: a file of the configuration repository, or {@code hub.yaml}.
 *
 * @param url    of the repository; empty for {@code hub.yaml}
 * @param file   in the repository
 * @param commit that brought the resource as it is; empty for {@code hub.yaml}
 */
public record Owner(String url, String file, String commit) {
    /** Digits of a commit that people are shown. */
    private static final int BRIEF = 12;

    /** The configuration of the hub itself, which declares the source of all others. */
    public static final Owner HUB_YAML = new Owner("", "hub.yaml", "");

    public Owner {
        requireNonNull(url, "url");
        requireNonNull(commit, "commit");
        if (file.isEmpty()) {
            throw new IllegalArgumentException("file: empty (expected: the file that declares the resource)");
        }
    }

    /** {@code fleet/shop.yaml@4b825dc642cb of https://git.example.org/fleet}, or {@code hub.yaml}. */
    public String text() {
        return url.isEmpty() ? file : file + "@" + brief() + " of " + url;
    }

    /** Where it stands, whatever commit brought it. */
    Owner place() {
        return new Owner(url, file, "");
    }

    private String brief() {
        String digits = commit.startsWith("sha256:") ? commit.substring("sha256:".length()) : commit;
        return digits.substring(0, Math.min(BRIEF, digits.length()));
    }

    /** As {@code metadata.owner} of a resource has it. */
    public static Owner fromJson(Json.Obj json) {
        return new Owner(
                json.findString("url").orElse(""),
                json.string("file"),
                json.findString("commit").orElse(""));
    }

    Json.Obj toJson() {
        Json.Builder json = Json.object();
        if (!url.isEmpty()) {
            json.put("url", url);
        }
        json.put("file", file);
        if (!commit.isEmpty()) {
            json.put("commit", commit);
        }
        return json.build();
    }
}
