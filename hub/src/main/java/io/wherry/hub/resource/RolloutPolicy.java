package io.wherry.hub.resource;

import io.wherry.base.Durations;
import io.wherry.contract.json.Json;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How new content of a stack goes to its targets: in waves, each of which has to do well before the next one begins.
 *
 * @param waves        what goes ahead; what they leave is the last wave
 * @param maxInFlight  how many targets may be at work at a time
 * @param maxFailures  as many failed targets stop the rollout
 * @param minAttempted as much of a wave must have come to an end, well or not, before the next one; who is not heard has not
 * @param soak         how long a wave that came to its end is watched
 * @param timeLimit    how long a target that is heard may take; then it has failed
 * @param onFailure    what becomes of the targets that have the content when it stops because of failures
 * @param budget       how many targets that belong together may be away at a time; empty: no limit but {@code maxInFlight}
 * @param approvals    as many people, none of its authors, have to approve new content before it begins
 */
public record RolloutPolicy(
        Metadata metadata,
        List<Wave> waves,
        int maxInFlight,
        Share maxFailures,
        Share minAttempted,
        Duration soak,
        Duration timeLimit,
        OnFailure onFailure,
        Optional<GroupBudget> budget,
        int approvals)
        implements Resource {
    /** One target, a twentieth, a quarter; then the rest. */
    public static final List<Wave> DEFAULT_WAVES = List.of(
            new Wave("canary", new Wave.Size.Count(1), false),
            new Wave("few", new Wave.Size.UpTo(5), false),
            new Wave("quarter", new Wave.Size.UpTo(25), false));

    public static final int DEFAULT_MAX_IN_FLIGHT = 50;
    public static final Share DEFAULT_MAX_FAILURES = new Share(5, true);
    public static final Share DEFAULT_MIN_ATTEMPTED = new Share(50, true);
    public static final Duration DEFAULT_SOAK = Duration.ofMinutes(10);
    public static final Duration DEFAULT_TIME_LIMIT = Duration.ofHours(1);

    /** What a rollout does when as many targets failed as stop it. */
    public enum OnFailure {
        /** It waits for a person; what has the content keeps it. */
        PAUSE("pause"),
        /** All that were offered the content go back to what they had. */
        REVERT_ALL("revertAll");

        private final String word;

        OnFailure(String word) {
            this.word = word;
        }

        /** As policies have it. */
        public String word() {
            return word;
        }
    }

    /** As many agents as a hub serves. */
    public static final int MAX_IN_FLIGHT = 10_000;

    /** More than anybody watches. */
    private static final int MAX_WAVES = 16;

    private static final Duration LONGEST = Duration.ofDays(7);

    public RolloutPolicy {
        waves = List.copyOf(waves);
        if (waves.size() > MAX_WAVES) {
            throw new IllegalArgumentException("waves: " + waves.size() + " (expected: at most " + MAX_WAVES + ")");
        }
        Set<String> names = new HashSet<>();
        for (Wave wave : waves) {
            if (!names.add(wave.name())) {
                throw new IllegalArgumentException("waves: " + wave.name() + " twice (expected: each name once)");
            }
        }
        Spans.require("soak", soak, Duration.ZERO, LONGEST);
        Spans.require("timeLimit", timeLimit, Duration.ofMinutes(1), LONGEST);
    }

    @Override
    public ResourceKind kind() {
        return ResourceKind.ROLLOUT_POLICY;
    }

    /** How many waves there are, with the last one. */
    public int waveCount() {
        return waves.size() + 1;
    }

    /** @param index 0 to {@link #waveCount} exclusive */
    public String waveName(int index) {
        return index < waves.size() ? waves.get(index).name() : Wave.REST;
    }

    /** Whether the wave begins on a person's word alone. */
    public boolean gated(int index) {
        return index < waves.size() && waves.get(index).gated();
    }

    @Override
    public Json.Obj spec() {
        Json.Builder spec = Json.object()
                .put(
                        "waves",
                        new Json.Arr(waves.stream().<Json>map(Wave::toJson).toList()))
                .put("maxInFlight", maxInFlight)
                .put("maxFailures", maxFailures.toString())
                .put("minAttempted", minAttempted.toString())
                .put("soak", Durations.format(soak))
                .put("timeLimit", Durations.format(timeLimit))
                .put("onFailure", onFailure.word());
        budget.ifPresent(one -> one.into(spec));
        if (approvals > 0) {
            spec.put("approvals", approvals);
        }
        return spec.build();
    }
}
