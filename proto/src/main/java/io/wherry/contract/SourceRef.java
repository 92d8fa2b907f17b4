package io.wherry.contract;

import io.wherry.contract.json.Json;
import java.util.Optional;

/**
 * Where content came from, for people and audit; nothing is decided by it.
 *
 * @param name   the {@code Source}'s name
 * @param url    its address, without credentials
 * @param ref    branch, tag or commit as the source names it
 * @param commit the commit's id, hexadecimal
 * @param path   the stack's directory in the tree; empty: its top
 * @param chart  a chart that came from elsewhere
 */
public record SourceRef(String name, String url, String ref, String commit, String path, Optional<ChartRef> chart) {
    public SourceRef {
        Check.name("name", name);
        Check.filled("url", url, Limits.LOCATION_CHARS);
        Check.text("ref", ref, Limits.LOCATION_CHARS);
        Check.text("commit", commit, 128);
        Check.text("path", path, Limits.LOCATION_CHARS);
    }

    /** All of it lies in the source. */
    public SourceRef(String name, String url, String ref, String commit, String path) {
        this(name, url, ref, commit, path, Optional.empty());
    }

    public SourceRef with(Optional<ChartRef> otherChart) {
        return new SourceRef(name, url, ref, commit, path, otherChart);
    }

    public Json.Obj toJson() {
        Json.Builder source = Json.object()
                .put("name", name)
                .put("url", url)
                .put("ref", ref)
                .put("commit", commit)
                .put("path", path);
        chart.ifPresent(one -> source.put("chart", one.toJson()));
        return source.build();
    }

    static SourceRef parse(Json.Obj source) {
        return new SourceRef(
                source.string("name"),
                source.string("url"),
                source.string("ref"),
                source.string("commit"),
                source.string("path"),
                source.findObject("chart").map(ChartRef::parse));
    }
}
