package io.wherry.contract;

import io.wherry.contract.json.Json;

/**
 * Which chart content was rendered from that does not lie in its source: for people and audit.
 *
 * @param url     of the Helm repository or registry, without credentials
 * @param name    the chart's name there
 * @param version as it is written there
 * @param digest  of the archive that was rendered
 */
public record ChartRef(String url, String name, String version, Digest digest) {
    public ChartRef {
        Check.filled("chart.url", url, Limits.LOCATION_CHARS);
        Check.filled("chart.name", name, Limits.LOCATION_CHARS);
        Check.filled("chart.version", version, Limits.LOCATION_CHARS);
    }

    /** For a person. */
    @Override
    public String toString() {
        return name + " " + version + " of " + url + ", " + digest;
    }

    Json toJson() {
        return Json.object()
                .put("url", url)
                .put("name", name)
                .put("version", version)
                .put("digest", digest.toString())
                .build();
    }

    static ChartRef parse(Json.Obj chart) {
        return new ChartRef(
                chart.string("url"), chart.string("name"), chart.string("version"), Codec.digest(chart, "digest"));
    }
}
