package io.wherry.hub.source;

import io.wherry.base.Workers;
import io.wherry.contract.registry.RegistryException;
import io.wherry.hub.registry.ArtifactRepository;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Asks a registry, within the time of a check, and says what went wrong in an operator's words. */
final class ArtifactQuestion {
    /** Longer than that no registry keeps us away, whatever it says. */
    private static final Duration LONGEST_QUIET = Duration.ofHours(1);

    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;

    private final GitSource source;
    private final Deadline deadline;
    private final Consumer<Duration> quiet;

    /** @param quiet told for how long the registry wants not to be asked */
    ArtifactQuestion(GitSource source, Deadline deadline, Consumer<Duration> quiet) {
        this.source = source;
        this.deadline = deadline;
        this.quiet = quiet;
    }

    /** On a thread of its own, which may be interrupted: nothing of our own disk is done there, since an interrupt would close files. */
    <T> T ask(Callable<T> question) throws SourceFailure {
        try {
            Duration left = Duration.ofNanos(Math.max(deadline.leftNanos(), 1));
            return Workers.within(left, "artifact", question);
        } catch (TimeoutException e) {
            throw timedOut(
                    "the registry did not answer within " + source.timeout().toSeconds() + " s");
        } catch (InterruptedException e) {
            throw stopped(e);
        } catch (ExecutionException e) {
            throw explained(e.getCause() == null ? e : e.getCause());
        }
    }

    private SourceFailure explained(Throwable cause) {
        return switch (cause) {
            case SourceFailure e -> e;
            case RegistryException e -> {
                e.again()
                        .filter(_ -> e.status() == TOO_MANY || e.status() == UNAVAILABLE)
                        .map(pause -> pause.compareTo(LONGEST_QUIET) > 0 ? LONGEST_QUIET : pause)
                        .ifPresent(quiet);
                yield ArtifactFailures.of(e);
            }
            case ArtifactRepository.NotAnArtifact e ->
                ArtifactContent.notAnArtifact(source.url(), "has " + e.getMessage());
            case IOException e ->
                new SourceFailure(
                        SourceReason.SERVER_FAILED,
                        source.url() + ": the connection broke off: " + e.getMessage(),
                        "tried again at the next check",
                        e);
            default -> throw new IllegalStateException(source.url() + ": a question failed", cause);
        };
    }

    SourceFailure timedOut(String why) {
        return new SourceFailure(
                SourceReason.SERVER_TIMED_OUT,
                source.url() + ": " + why,
                "is the registry up, and the line to it quick enough? write a longer timeout");
    }

    static SourceFailure stopped(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new SourceFailure(SourceReason.SERVER_TIMED_OUT, "the hub is being stopped", "start it again", e);
    }
}
