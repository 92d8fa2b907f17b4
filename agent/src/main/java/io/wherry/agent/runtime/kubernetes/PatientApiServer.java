package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import java.time.Duration;
import java.util.Optional;

/**
 * Comes back when the API server asks for that, as every client of Kubernetes does: an answer of 429 or 5xx that says when to come back was not carried out.
 * All calls of this package may be made twice.
 */
final class PatientApiServer implements ApiServer {
    /** A server that starts anew, or one that is too busy for this priority, is over it by then; what lasts longer is told, and tried again later. */
    static final Duration MOST = Duration.ofSeconds(30);

    private final ApiServer server;
    private final Pause pause;

    /** How time passes. */
    @FunctionalInterface
    interface Pause {
        void of(Duration time) throws InterruptedException;
    }

    PatientApiServer(ApiServer server, Pause pause) {
        this.server = server;
        this.pause = pause;
    }

    @Override
    public Answer call(Call call) {
        Duration waited = Duration.ZERO;
        while (true) {
            Answer answer = server.call(call);
            Optional<Duration> later = later(answer);
            if (later.isEmpty() || waited.plus(later.get()).compareTo(MOST) > 0) {
                return answer;
            }
            waited = waited.plus(later.get());
            pause(call, later.get());
        }
    }

    @Override
    public Following follow(Call call, Follower follower) {
        return server.follow(call, follower); // whoever follows begins anew when it ends
    }

    private static Optional<Duration> later(Answer answer) {
        return answer.status() == 429 || answer.status() >= 500
                ? answer.retryAfter().map(after -> after.isZero() ? Duration.ofSeconds(1) : after)
                : Optional.empty();
    }

    private void pause(Call call, Duration time) {
        try {
            pause.of(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeUnavailable(
                    RuntimeReason.RUNTIME_TIMEOUT,
                    call.method() + " " + call.path() + ": the call was interrupted while the API server was busy",
                    e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
