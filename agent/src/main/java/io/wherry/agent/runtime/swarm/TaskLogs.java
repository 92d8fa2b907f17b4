package io.wherry.agent.runtime.swarm;

import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.agent.runtime.ServiceLog;
import io.wherry.agent.runtime.docker.EngineException;
import io.wherry.agent.runtime.docker.LogLines;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;

/** The newest log lines of tasks, which may run on any node. */
final class TaskLogs {
    private final SwarmApi swarm;

    TaskLogs(SwarmApi swarm) {
        this.swarm = swarm;
    }

    /** Of the tasks of these services that run. */
    List<ServiceLog> of(SortedMap<String, Json.Obj> services, List<Json.Obj> tasks, int linesEach) {
        List<ServiceLog> logs = new ArrayList<>();
        services.forEach((name, service) -> tasks.stream()
                .filter(task -> isOf(service, task))
                .filter(task -> task.object("Status")
                        .findString("State")
                        .filter("running"::equals)
                        .isPresent())
                .sorted(Comparator.comparing(task -> task.string("ID")))
                .forEach(task -> logs.add(new ServiceLog(
                        SwarmState.key(service), name(name, task), lines(task.string("ID"), linesEach)))));
        return logs;
    }

    /** Oldest first; where there are none to be had, why. */
    List<String> lines(String task, int count) {
        try {
            return LogLines.of(swarm.taskLog(task, count));
        } catch (EngineException e) {
            return List.of("(no log: " + e.words() + ")"); // some logging drivers cannot be read
        } catch (RuntimeUnavailable e) {
            return List.of("(no log: its node does not answer)");
        }
    }

    static boolean isOf(Json.Obj service, Json.Obj task) {
        return task.findString("ServiceID").equals(service.findString("ID"));
    }

    /** As {@code docker service ps} names it: of a global service by its node, of others by its slot. */
    static String name(String service, Json.Obj task) {
        long slot = task.integerOr("Slot", 0);
        String place =
                slot > 0 ? Long.toString(slot) : task.findString("NodeID").orElse("");
        return service + "." + place + "." + task.string("ID");
    }
}
