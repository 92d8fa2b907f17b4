package io.wherry.agent.reconcile;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices that the runtime went away or came back, and sees to it that the hub hears of it soon: of its going only once it has lasted, so that a restart is no
 * news, of its return at once.
 *
 * <p>Where stacks run their looks find it out and nothing more is asked; {@link SameRuntime#onChange} wakes this one.
 */
public final class RuntimeNews {
    /** As long as what runs counts as seen without being seen: a runtime that is restarted or upgraded is back by then. */
    static final Duration LASTING = Watch.BLIND_LIMIT;

    /** While it is away: on this machine, or next to it, and it costs nobody else anything. */
    static final Duration AWAY_LOOK = Duration.ofSeconds(10);

    /** Where nothing runs nobody else looks, and nobody is harmed meanwhile. */
    public static final Duration EMPTY_LOOK = Duration.ofMinutes(1);

    private final SameRuntime runtime;
    private final InstantSource clock;
    private final BooleanSupplier nothingRuns;
    private final Hub hub;
    private @Nullable Instant awaySince;

    /**
     * What the hub hears.
     *
     * @param told   what it was told of the runtime last: why it does not work, empty where it does; nothing before the first time
     * @param tellIt sees to it that it is told anew
     */
    public record Hub(Supplier<Optional<String>> told, Runnable tellIt) {}

    public RuntimeNews(SameRuntime runtime, BooleanSupplier nothingRuns, Hub hub, InstantSource clock) {
        this.runtime = runtime;
        this.nothingRuns = nothingRuns;
        this.hub = hub;
        this.clock = clock;
    }

    /** One look. @return until the next that nobody asks for */
    public Duration runOnce() {
        boolean unobserved = nothingRuns.getAsBoolean();
        if (unobserved || runtime.problem().isPresent()) {
            ask();
        }
        Optional<RuntimeUnavailable> problem = runtime.problem();
        Optional<String> told = hub.told().get();
        Instant now = clock.instant();
        if (problem.isEmpty()) {
            awaySince = null;
            if (told.filter(text -> !text.isEmpty()).isPresent()) {
                hub.tellIt().run();
            }
            return unobserved ? EMPTY_LOOK : FactsLook.CYCLE;
        }
        if (awaySince == null || awaySince.isAfter(now)) { // or the clock went back
            awaySince = now;
        }
        boolean isNews = problem.get().reason() == RuntimeReason.RUNTIME_CHANGED
                ? told.filter(text -> !text.startsWith(RuntimeReason.RUNTIME_CHANGED.code()))
                        .isPresent() // waiting would not help: a person is asked
                : told.filter(String::isEmpty).isPresent() && !now.isBefore(awaySince.plus(LASTING));
        if (isNews) {
            hub.tellIt().run();
        }
        return AWAY_LOOK;
    }

    /** {@link SameRuntime#problem} has the answer. */
    private void ask() {
        try {
            runtime.info();
        } catch (RuntimeUnavailable _) {
            // noted there
        }
    }
}
