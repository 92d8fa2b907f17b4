package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import java.time.Duration;

/** Waits between two looks at the engine. */
public final class Pause {
    private Pause() {}

    /** @throws RuntimeUnavailable if the agent is asked to end meanwhile: what was begun is gone on with at its next start */
    public static void sleep(Duration time, String what) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeUnavailable(RuntimeReason.RUNTIME_TIMEOUT, "interrupted while " + what, e);
        }
    }
}
