package io.wherry.contract;

import io.wherry.contract.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * For how long nothing ran in the place of a service while a generation was applied: from when the old container was asked to end until the new one was
 * started, by the agent's clock. A service whose next container started first has none.
 *
 * @param object {@code service/web}
 * @param millis of the longest gap in that place
 * @param why    why the old one could not run on meanwhile, although that was asked for: {@code mounts volume data}; empty: it was not asked for
 */
public record Gap(String object, long millis, String why) {
    private static final int MOST_NAMED = 3;

    /** A day: what takes longer is a clock that stepped. */
    public static final long MAX_MILLIS = Duration.ofDays(1).toMillis();

    public Gap {
        Check.filled("object", object, Limits.SENTENCE_CHARS);
        Check.range("millis", millis, 0, MAX_MILLIS);
        Check.text("why", why, Limits.SENTENCE_CHARS);
    }

    public Json toJson() {
        return Json.object()
                .put("object", object)
                .put("millis", millis)
                .put("why", why)
                .build();
    }

    public static Gap parse(Json.Obj gap) {
        return new Gap(gap.string("object"), gap.integer("millis"), gap.string("why"));
    }

    /** {@code web: 0.8 s without it (stop-first: mounts volume data)}. */
    public String sentence() {
        String name = object.substring(object.indexOf('/') + 1);
        String time = String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        return name + ": " + time + " without it (stop-first" + (why.isEmpty() ? "" : ": " + why) + ")";
    }

    /** All of them in one line, the first by name; empty if there are none. */
    public static String sentence(List<Gap> gaps) {
        String named = gaps.stream().limit(MOST_NAMED).map(Gap::sentence).collect(Collectors.joining("; "));
        return gaps.size() <= MOST_NAMED ? named : named + "; and " + (gaps.size() - MOST_NAMED) + " more";
    }
}
