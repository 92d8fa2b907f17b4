package io.wherry.agent.runtime.docker;

import java.util.Optional;

/** Stops containers, after what they are to do before that. */
final class Ending {
    private final DockerApi docker;
    private final HookRunner hooks;

    Ending(DockerApi docker) {
        this.docker = docker;
        this.hooks = new HookRunner(docker);
    }

    /** By its hooks, its own signal and grace period. @return what failed of its hooks */
    Optional<String> stop(ObservedContainer container) {
        Optional<String> failure = hooks.beforeStop(container);
        docker.stop(container.id());
        return failure;
    }

    /** Stops it in its own way, because it may be writing to a volume that stays, and removes it. */
    void discard(ObservedContainer container) {
        stop(container);
        docker.remove(container.id());
    }

    /** @throws RefusalException if a hook after its start failed */
    void restart(ObservedContainer container, String object) {
        hooks.beforeStop(container);
        docker.restart(container.id());
        hooks.afterStart(container.id(), object, container.labels());
    }
}
