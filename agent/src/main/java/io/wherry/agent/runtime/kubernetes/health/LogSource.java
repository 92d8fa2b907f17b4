package io.wherry.agent.runtime.kubernetes.health;

import io.wherry.contract.json.Json;

/**
 * Whose last log lines tell what went wrong.
 *
 * @param previous whether the run before the present one ({@code previous=true}): the present one has not begun, or not failed yet
 */
public record LogSource(String namespace, String pod, String container, boolean previous) {

    static LogSource of(Json.Obj pod, ContainerState container) {
        return new LogSource(
                Fields.text(pod, "metadata", "namespace"),
                Fields.name(pod),
                container.name(),
                !container.ended() && container.endedWith().isPresent());
    }
}
