package io.wherry.hub.api;

import io.wherry.contract.json.Json;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.rollout.Rollout;
import io.wherry.hub.rollout.TargetSight.Progress;
import io.wherry.hub.sync.OperationResult;
import io.wherry.hub.sync.RolloutOperations;
import io.wherry.hub.sync.RolloutReport;
import io.wherry.hub.sync.StackOperations.Actor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Rollouts: how they stand, and what operators do with them. */
final class RolloutsApi {
    private final RolloutOperations operations;
    private final ResourceRepository resources;

    RolloutsApi(RolloutOperations operations, ResourceRepository resources) {
        this.operations = operations;
        this.resources = resources;
    }

    List<Route> routes() {
        return List.of(
                Route.of("GET", "/rollouts", "The newest rollout of each stack", _ -> newest()),
                Route.of("GET", "/stacks/{name}/rollouts", "The stack's rollouts, newest first", this::history),
                act(
                        "start",
                        "Offer what waits, or begin a rollout anew that was ended or went back",
                        operations::start),
                act("pause", "Offer nothing more for now", operations::pause),
                act("resume", "Go on, over the failures that there are", operations::resume),
                act("promote", "Begin the next wave now", operations::promote),
                act("retry", "Give the failed targets the content once more", operations::retry),
                act("abort", "End it; what has the content keeps it", operations::abort));
    }

    private static Route act(String verb, String summary, BiFunction<String, Actor, OperationResult> act) {
        return Route.of(
                        "POST",
                        "/stacks/{name}/rollout/" + verb,
                        summary,
                        request -> StacksApi.told(act.apply(request.name(), StacksApi.actor(request, request.body()))))
                .body(Field.text("reason"), Field.text("change"));
    }

    /** Without their targets, which may be many for each. */
    private Json.Obj newest() {
        return items(operations.newest(), report -> json(report).build());
    }

    private Json.Obj history(ApiRequest request) {
        List<RolloutReport> reports = operations
                .history(request.name())
                .orElseThrow(() -> Bodies.missing(
                        "stack",
                        request.name(),
                        resources.all(Stack.class).stream().map(Stored::name).toList()));
        return items(
                reports, report -> json(report).put("targets", targets(report)).build());
    }

    private static Json.Obj items(List<RolloutReport> reports, Function<RolloutReport, Json> json) {
        return Json.object()
                .put("items", new Json.Arr(reports.stream().map(json).toList()))
                .build();
    }

    private static Json.Builder json(RolloutReport report) {
        Rollout rollout = report.rollout();
        List<Json> waves = new ArrayList<>();
        for (int wave = 0; wave < rollout.policy().waveCount(); wave++) {
            Json.Builder json = Json.object()
                    .put("name", rollout.policy().waveName(wave))
                    .put("gate", rollout.policy().gated(wave) ? "manual" : "auto");
            for (Progress progress : Progress.values()) {
                json.put(word(progress), report.count(wave, progress));
            }
            waves.add(json.build());
        }
        return Json.object()
                .put("stack", report.stack())
                .put("number", rollout.number())
                .put("revision", rollout.revision())
                .put("base", rollout.base())
                .put("policy", rollout.policy().name())
                .put("state", rollout.state().name().toLowerCase(Locale.ROOT))
                .put("reason", report.reason())
                .put("message", report.message())
                .put("hint", report.next())
                .put("wave", rollout.wave() < 0 ? "" : rollout.policy().waveName(rollout.wave()))
                .put("begunAt", rollout.begun().toString())
                .put("since", rollout.since().toString())
                .put("actor", rollout.actor())
                .put("waves", new Json.Arr(waves));
    }

    private static Json.Arr targets(RolloutReport report) {
        return new Json.Arr(report.targets().stream()
                .<Json>map(one -> Json.object()
                        .put("agent", one.name())
                        .put(
                                "wave",
                                report.rollout().policy().waveName(one.target().wave()))
                        .put("progress", word(one.progress()))
                        .put("message", one.message())
                        .build())
                .toList());
    }

    private static String word(Progress progress) {
        return progress.name().toLowerCase(Locale.ROOT);
    }
}
