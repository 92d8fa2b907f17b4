package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.contract.json.Json;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs hooks in containers as Compose does: one after the other, until one fails. Each may run again after the agent died in it.
 *
 * <p>Their words are not told, only how they ended: a command or what it writes may hold a secret.
 */
final class HookRunner {
    /** As long as a container may take to become healthy: what takes longer than that is no step of a release. */
    static final Duration LIMIT = Duration.ofMinutes(5);

    /** Compose's own pace; the engine has no call that waits. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private static final Logger LOG = System.getLogger(HookRunner.class.getName());

    private final DockerApi docker;

    HookRunner(DockerApi docker) {
        this.docker = docker;
    }

    /** @throws RefusalException if one failed: a verdict on the release */
    void afterStart(String id, String object, Map<String, String> labels) {
        failure(id, "post_start", Hooks.of(labels).postStart()).ifPresent(failure -> {
            throw new RefusalException(RuntimeReason.HOOK_FAILED, object + ": " + failure);
        });
    }

    /** For a container that comes back: it has proved itself, so a hook that fails now is told and changes nothing. */
    void afterReturn(ObservedContainer container) {
        failure(container.id(), "post_start", Hooks.of(container.labels()).postStart())
                .ifPresent(failure -> LOG.log(Level.WARNING, () -> container.name() + ": " + failure));
    }

    /** @return what failed, as a sentence: it keeps no container from being stopped */
    Optional<String> beforeStop(ObservedContainer container) {
        if (!container.running()) {
            return Optional.empty();
        }
        Optional<String> failure =
                failure(container.id(), "pre_stop", Hooks.of(container.labels()).preStop());
        failure.ifPresent(words -> LOG.log(Level.WARNING, () -> container.name() + ": " + words));
        return failure;
    }

    private Optional<String> failure(String id, String kind, List<Json.Obj> hooks) {
        for (int i = 0; i < hooks.size(); i++) {
            Optional<String> failure = run(id, hooks.get(i));
            if (failure.isPresent()) {
                return Optional.of("hook " + (i + 1) + " of " + hooks.size() + " of its " + kind + " " + failure.get());
            }
        }
        return Optional.empty();
    }

    private Optional<String> run(String id, Json.Obj hook) {
        String exec;
        try {
            exec = docker.createExec(id, hook);
            docker.startExec(exec);
        } catch (EngineException e) {
            if (e.status() >= 500 && !e.words().contains("exec failed")) {
                throw e;
            }
            return Optional.of("could not be started: " + e.words());
        }
        for (long look = 0; look < LIMIT.dividedBy(LOOK_EVERY); look++) {
            Json.Obj state = docker.inspectExec(exec);
            if (!state.boolOr("Running", false)) {
                long code = state.integerOr("ExitCode", 0);
                return code == 0 ? Optional.empty() : Optional.of("ended with exit code " + code);
            }
            Pause.sleep(LOOK_EVERY, "waiting for a hook");
        }
        return Optional.of("did not end within " + LIMIT.toSeconds() + " s");
    }
}
