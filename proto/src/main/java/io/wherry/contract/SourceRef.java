package io.wherry.contract;

import io.wherry.contract.json.Json;

/**
 * Where content came from, for people and audit; nothing is decided by it.
 *
 * @param name   the {@code Source}'s name
 * @param url    its address, without credentials
 * @param ref    branch, tag or commit as the source names it
 * @param commit the commit's id, hexadecimal
 * @param path   the stack's directory in the tree; empty: its top
 */
public record SourceRef(String name, String url, String ref, String commit, String path) {
    public SourceRef {
        Check.name("name", name);
        Check.filled("url", url, Limits.LOCATION_CHARS);
        Check.text("ref", ref, Limits.LOCATION_CHARS);
        Check.text("commit", commit, 128);
        Check.text("path", path, Limits.LOCATION_CHARS);
    }

    Json toJson() {
        return Json.object()
                .put("name", name)
                .put("url", url)
                .put("ref", ref)
                .put("commit", commit)
                .put("path", path)
                .build();
    }

    static SourceRef parse(Json.Obj source) {
        return new SourceRef(
                source.string("name"),
                source.string("url"),
                source.string("ref"),
                source.string("commit"),
                source.string("path"));
    }
}
