package io.wherry.hub.fleet;

import io.wherry.base.Durations;
import io.wherry.hub.resource.Metadata;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an operator asks for when creating a join token.
 *
 * @param labels      given to the agent that joins with it
 * @param environment the environment its site must be in; empty: any
 * @param ttl         how long it may be presented for the first time, {@link #MIN_TTL} to {@link #MAX_TTL}
 * @param approval    whether a person must approve the agent; always so in {@code production}
 */
public record JoinTokenSpec(SortedMap<String, String> labels, String environment, Duration ttl, boolean approval) {
    /** What {@code wherry token create} gives without {@code --ttl}: time to walk to the site's console. */
    public static final Duration DEFAULT_TTL = Duration.ofHours(1);

    /** Below this a token expires while it is being typed. */
    public static final Duration MIN_TTL = Duration.ofMinutes(1);

    /** A pre-printed token for an installation next month; longer asks for a token service, not a token. */
    public static final Duration MAX_TTL = Duration.ofDays(30);

    /** As many labels as anyone selects by. */
    private static final int MAX_LABELS = 32;

    /** @throws IllegalArgumentException naming the field, for the API's 400 */
    public JoinTokenSpec {
        labels = new TreeMap<>(labels);
        Metadata.of("any", labels); // as of every agent: found out when the site joins it would be too late
        if (labels.size() > MAX_LABELS) {
            throw new IllegalArgumentException("labels: " + labels.size() + " (expected: at most " + MAX_LABELS + ")");
        }
        if (!environment.isEmpty() && !AgentNames.valid(environment)) {
            throw new IllegalArgumentException(
                    "environment: " + environment + " (expected: at most 63 of a-z, 0-9 and -)");
        }
        if (ttl.compareTo(MIN_TTL) < 0 || ttl.compareTo(MAX_TTL) > 0) {
            throw new IllegalArgumentException("ttl: " + Durations.format(ttl) + " (expected: 1m to 30d)");
        }
    }

    public static JoinTokenSpec of(Map<String, String> labels) {
        return new JoinTokenSpec(new TreeMap<>(labels), "", DEFAULT_TTL, false);
    }
}
