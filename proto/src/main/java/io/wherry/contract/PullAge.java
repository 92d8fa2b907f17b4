package io.wherry.contract;

import io.wherry.contract.json.Json;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How old a tag may become before its registry is asked again: {@code pull_policy: daily | weekly | every_12h}. Pure. */
public final class PullAge {
    /** As Compose's schema has it; ten parts of nine digits are more than anybody means, and no number overflows. */
    private static final Pattern EVERY = Pattern.compile("every_(([0-9]{1,9}[wdhms]){1,10})");

    private static final Pattern PART = Pattern.compile("([0-9]+)([wdhms])");

    private PullAge() {}

    /** The age that a pull policy allows; empty for those that name none. */
    public static Optional<Duration> of(String policy) {
        Matcher every = EVERY.matcher(
                switch (policy) {
                    case "daily" -> "every_1d";
                    case "weekly" -> "every_1w";
                    default -> policy;
                });
        return every.matches() ? Optional.of(sum(every.group(1))) : Optional.empty();
    }

    private static Duration sum(String parts) {
        return PART.matcher(parts)
                .results()
                .map(part -> unit(part.group(2)).multipliedBy(Long.parseLong(part.group(1))))
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static Duration unit(String letter) {
        return switch (letter) {
            case "w" -> Duration.ofDays(7);
            case "d" -> Duration.ofDays(1);
            case "h" -> Duration.ofHours(1);
            case "m" -> Duration.ofMinutes(1);
            case "s" -> Duration.ofSeconds(1);
            default -> throw new IllegalArgumentException("letter: " + letter + " (expected: w, d, h, m or s)");
        };
    }

    /** Whether a service of a model asks for one, or says {@code refresh}: earlier agents know neither. */
    static boolean isAsked(Json.Obj service) {
        return service.find("pull_policy").orElse(null) instanceof Json.Str(String policy)
                && (policy.equals("refresh") || of(policy).isPresent());
    }
}
