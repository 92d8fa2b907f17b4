package io.wherry.agent.runtime.swarm;

import io.wherry.agent.health.Health;
import io.wherry.agent.health.HealthReason;
import io.wherry.agent.health.ObjectHealth;
import io.wherry.agent.runtime.Part;
import io.wherry.agent.runtime.docker.LogLines;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** One look at a stack in a swarm: how its services do, by their tasks. */
final class SwarmProbe {
    private final SwarmApi swarm;
    private final WantedStack wanted;
    private final SwarmState state;
    private final TaskHealth judge;
    private final List<Json.Obj> tasks;

    /** @param state what the swarm had a moment ago; the tasks are asked for now */
    SwarmProbe(SwarmApi swarm, WantedStack wanted, SwarmState state, TaskHealth judge) {
        this.swarm = swarm;
        this.wanted = wanted;
        this.state = state;
        this.judge = judge;
        this.tasks = swarm.tasks(wanted.project());
    }

    /** Of the whole stack; of the first service that is unhealthy with its newest log lines. */
    Health health() {
        List<TaskHealth.Verdict> verdicts = wanted.services().stream()
                .flatMap(service -> verdicts(service).stream())
                .toList();
        List<ObjectHealth> objects =
                verdicts.stream().map(TaskHealth.Verdict::health).toList();
        for (TaskHealth.Verdict verdict : verdicts) {
            if (verdict.health().state() == ObjectHealth.State.UNHEALTHY) {
                return new Health.Unhealthy(
                        verdict.reason(),
                        verdict.health().object() + " " + verdict.health().detail() + lastLines(verdict.task()),
                        objects);
            }
        }
        String waits = objects.stream()
                .filter(object -> object.state() == ObjectHealth.State.STARTING)
                .map(object -> object.object() + " " + object.detail())
                .collect(Collectors.joining(", "));
        return waits.isEmpty() ? new Health.Healthy(objects) : new Health.Starting(waits, objects);
    }

    private List<TaskHealth.Verdict> verdicts(WantedService service) {
        return state.service(service.name())
                .map(have -> judge.judge(service, have, tasks))
                .orElseGet(() -> List.of(missing(service)));
    }

    private static TaskHealth.Verdict missing(WantedService service) {
        return new TaskHealth.Verdict(
                new ObjectHealth(service.object(), ObjectHealth.State.UNHEALTHY, "is missing"),
                HealthReason.OBJECT_MISSING,
                "");
    }

    private String lastLines(String task) {
        List<String> lines = task.isEmpty() ? List.of() : new TaskLogs(swarm).lines(task, LogLines.LAST_LINES);
        return lines.isEmpty() ? "" : "; last log lines: " + String.join(" | ", lines);
    }

    /** Each service with the tasks that shall run now. */
    List<Part> tree() {
        List<Part> services = new ArrayList<>();
        for (WantedService service : wanted.services()) {
            List<Part> verdicts = verdicts(service).stream()
                    .map(TaskHealth.Verdict::health)
                    .map(one -> new Part(one.object(), one.state(), one.detail()))
                    .toList();
            Part whole = verdicts.isEmpty()
                    ? new Part(service.object(), ObjectHealth.State.HEALTHY, "has no tasks, as it should")
                    : Part.of(service.object(), verdicts);
            Optional<Json.Obj> have = state.service(service.name());
            services.add(new Part(
                    whole.object(),
                    whole.state(),
                    whole.detail(),
                    have.map(found -> parts(service.name(), found)).orElse(List.of())));
        }
        return services;
    }

    private List<Part> parts(String name, Json.Obj service) {
        return tasks.stream()
                .filter(task -> TaskLogs.isOf(service, task))
                .filter(task -> task.findString("DesiredState").orElse("").equals("running"))
                .sorted(Comparator.comparing(task -> task.string("ID")))
                .map(task -> part(name, task))
                .toList();
    }

    private static Part part(String service, Json.Obj task) {
        Json.Obj status = task.object("Status");
        String word = status.findString("State").orElse("");
        String error = status.findString("Err").orElse("");
        ObjectHealth.State state =
                switch (word) {
                    case "running" -> ObjectHealth.State.HEALTHY;
                    case "complete" -> ObjectHealth.State.COMPLETED;
                    case "failed", "rejected", "orphaned" -> ObjectHealth.State.UNHEALTHY;
                    default -> ObjectHealth.State.STARTING;
                };
        return new Part(
                TaskLogs.name(service, task), state, "is " + word + (error.isEmpty() ? "" : " (" + error + ")"));
    }
}
