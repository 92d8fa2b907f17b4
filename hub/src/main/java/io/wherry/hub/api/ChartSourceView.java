package io.wherry.hub.api;

import io.wherry.contract.json.Json;
import io.wherry.hub.resource.Condition;
import io.wherry.hub.resource.Source;
import io.wherry.hub.sync.SourceCharts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The status of a source of charts as JSON: what became of the charts that stacks take from it; conditions {@code Fetched, Ready}. */
final class ChartSourceView {
    private ChartSourceView() {}

    static Json.Obj of(Source source, SourceCharts charts) {
        if (source.suspend()) {
            return SourceView.plain(
                    "Suspended",
                    "nothing new is fetched until resumed; what was fetched stays",
                    "wherry source resume " + source.name());
        }
        String count = charts.here() + " of " + charts.asked() + " charts";
        return switch (charts.state()) {
            case UNCHECKED ->
                SourceView.plain(
                        "Unused",
                        "is asked when a stack takes a chart from it",
                        "helm.chartFrom: {sourceRef: " + source.name() + ", …} in a stack");
            case FETCHING -> told(charts, "Fetching", "working", "Fetching", count, "");
            case READY -> told(charts, "Ready", "good", SourceView.GOOD, count, "");
            case FAILING -> {
                SourceCharts.Problem problem = charts.problem().orElseThrow();
                yield told(
                        charts,
                        problem.reason().code(),
                        "bad",
                        problem.reason().code(),
                        problem.detail(),
                        "wherry source sync " + source.name());
            }
        };
    }

    private static Json.Obj told(
            SourceCharts charts, String phase, String level, String reason, String message, String hint) {
        Json.Builder json = Json.object()
                .put("phase", phase)
                .put("level", level)
                .put("reason", reason)
                .put("message", message)
                .put("hint", hint)
                .put("revision", "");
        charts.last().ifPresent(at -> json.put("lastCheck", at.toString()));
        Instant at = charts.last().orElse(Instant.EPOCH);
        List<Condition> conditions = new ArrayList<>();
        boolean good = level.equals("good");
        conditions.add(SourceView.condition("Fetched", good, reason, message, at));
        conditions.add(SourceView.condition("Ready", good, reason, message, at));
        return json.put("conditions", StatusView.conditions(conditions)).build();
    }
}
