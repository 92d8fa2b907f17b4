package io.wherry.agent.runtime.kubernetes.health;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Whose last log lines tell what went wrong.
 *
 * @param previous whether the run before the present one ({@code previous=true}): the present one has not begun, or not failed yet
 */
public record LogSource(String namespace, String pod, String container, boolean previous) {

    /**
     * Everything that tells of a pod: of a container that crashed and runs again its earlier run too, of those that run before the others only while the pod
     * waits for them.
     */
    public static List<LogSource> all(Json.Obj pod) {
        boolean waits = Fields.text(pod, "status", "phase").equals("Pending");
        List<LogSource> all = new ArrayList<>();
        for (ContainerState container : ContainerState.of(pod)) {
            if (container.init() && !waits && container.runningSince().isEmpty()) {
                continue;
            }
            LogSource now =
                    new LogSource(Fields.text(pod, "metadata", "namespace"), Fields.name(pod), container.name(), false);
            boolean crashed = container.endedWith().orElse(0) != 0 && !container.ended();
            if (crashed && container.runningSince().isPresent()) {
                all.add(new LogSource(now.namespace, now.pod, now.container, true));
            }
            boolean only = crashed && container.runningSince().isEmpty();
            all.add(only ? new LogSource(now.namespace, now.pod, now.container, true) : now);
        }
        return all;
    }

    static LogSource of(Json.Obj pod, ContainerState container) {
        return new LogSource(
                Fields.text(pod, "metadata", "namespace"),
                Fields.name(pod),
                container.name(),
                !container.ended() && container.endedWith().isPresent());
    }
}
