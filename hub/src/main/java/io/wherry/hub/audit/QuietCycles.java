package io.wherry.hub.audit;

import io.wherry.contract.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Folds cycles in which nothing changed into one record: count, first, last.
 *
 * <p>In memory: a check every ten seconds shall not write every ten seconds. Whoever sees a change takes the fold first and appends it in the
 * same transaction; what a crash loses is a count of checks that found nothing.
 */
public final class QuietCycles {
    /** A fold is written at least this often, so that the log says daily that the hub was looking. */
    public static final Duration LONGEST = Duration.ofHours(24);

    private record Fold(long count, Instant first, Instant last) {}

    private final Map<String, Fold> folds = new HashMap<>();

    /** Notes one cycle of the object ({@code Source/shop}) in which nothing changed. */
    public synchronized void note(String object, Instant at) {
        Instant now = at.truncatedTo(ChronoUnit.MILLIS);
        folds.merge(object, new Fold(1, now, now), (old, one) -> new Fold(old.count() + 1, old.first(), now));
    }

    /** Takes what was folded for the object, to be appended before the change that ends it. */
    public synchronized Optional<AuditEvent> take(String object) {
        return Optional.ofNullable(folds.remove(object)).map(fold -> event(object, fold));
    }

    /** Takes every fold that began a day ago. */
    public synchronized List<AuditEvent> takeDue(Instant now) {
        List<String> due = folds.entrySet().stream()
                .filter(fold -> !fold.getValue().first().plus(LONGEST).isAfter(now))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        return takeEach(due);
    }

    /** Takes all: at an orderly end. */
    public synchronized List<AuditEvent> takeAll() {
        return takeEach(folds.keySet().stream().sorted().toList());
    }

    private List<AuditEvent> takeEach(List<String> objects) {
        List<AuditEvent> events = new ArrayList<>();
        objects.forEach(object -> take(object).ifPresent(events::add));
        return events;
    }

    private static AuditEvent event(String object, Fold fold) {
        var what = new AuditEvent.What("source.check", object, AuditEvent.Outcome.UNCHANGED, "", "");
        return new AuditEvent(
                AuditStream.SYNC,
                fold.last(),
                AuditEvent.Who.HUB,
                what,
                Optional.empty(),
                Json.object()
                        .put("count", fold.count())
                        .put("first", fold.first().toString())
                        .put("last", fold.last().toString())
                        .build());
    }
}
