package io.wherry.hub.sync;

import io.wherry.hub.resource.ChartFrom;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.SourceChart;
import io.wherry.hub.resource.StackChart;
import io.wherry.hub.resource.Stored;
import java.util.Map;
import java.util.Optional;

/** Where charts are that stacks name by a source. For several threads. */
final class ChartPlaces {
    private volatile Map<String, Stored<Source>> sources = Map.of();

    /** The sources as they stand now, by name. */
    void know(Map<String, Stored<Source>> now) {
        sources = now;
    }

    /** What a stack's words come to. */
    sealed interface Place {
        /** @param suspended nothing new is taken from there */
        record At(ChartFrom from, boolean suspended) implements Place {}

        /** @param why for a person, with what would mend it */
        record Nowhere(String why) implements Place {}
    }

    Place find(StackChart chart) {
        return switch (chart) {
            case ChartFrom from -> new Place.At(from, false);
            case SourceChart named -> find(named);
        };
    }

    private Place find(SourceChart named) {
        Stored<Source> source = sources.get(named.sourceRef());
        String field = "helm.chartFrom.sourceRef: source " + named.sourceRef();
        if (source == null) {
            return new Place.Nowhere(field + " does not exist (wherry apply -f it)");
        }
        if (!source.resource().type().holdsCharts()) {
            boolean files = source.resource().type() == Source.Type.ARTIFACTS;
            return new Place.Nowhere(field + " is of type "
                    + source.resource().type().word() + (files ? " with a ref, and holds files of stacks" : "")
                    + " (name one of type helm or oci" + (files ? " without a ref" : "")
                    + "; a chart among a stack's files is named by helm.chart)");
        }
        return new Place.At(named.of(source.resource()), source.resource().suspend());
    }

    /** The name of a source of charts. */
    Optional<String> name(String uid) {
        return sources.values().stream()
                .filter(source ->
                        source.uid().equals(uid) && source.resource().type().holdsCharts())
                .map(Stored::name)
                .findFirst();
    }
}
