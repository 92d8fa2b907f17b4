package io.wherry.hub.resource;

import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import java.util.Optional;

/**
 * A chart of a source of type {@code helm} or {@code oci}, in one exact version.
 *
 * @param sourceRef the name of the source; one that does not exist yet is a condition, not an error
 * @param chart     its name there
 * @param version   as of {@link ChartFrom}
 * @param digest    as of {@link ChartFrom}
 * @param keyring   as of {@link ChartFrom}: who signs a chart is said by its stack alone
 */
public record SourceChart(
        String sourceRef, String chart, String version, Optional<Digest> digest, Optional<ChartKeyring> keyring)
        implements StackChart {
    public SourceChart {
        Names.requireName("sourceRef", sourceRef);
        ChartFrom.requireName(chart, "source " + sourceRef);
        ChartFrom.requireVersion(version);
    }

    /** Where it is, by a source of charts. */
    public ChartFrom of(Source source) {
        return new ChartFrom(
                new ChartFrom.Place(
                        source.url(),
                        source.credentialRef(),
                        source.caBundle(),
                        source.repository().proxy(),
                        source.timeout(),
                        Optional.of(source.name())),
                chart,
                version,
                digest,
                keyring);
    }

    @Override
    public Json.Obj toJson() {
        return ChartFrom.signed(
                Json.object()
                        .put("sourceRef", sourceRef)
                        .put("chart", chart)
                        .put("version", version)
                        .putIf("digest", digest.map(Digest::toString)),
                keyring);
    }
}
