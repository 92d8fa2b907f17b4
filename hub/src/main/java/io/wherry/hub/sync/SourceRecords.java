package io.wherry.hub.sync;

import io.wherry.contract.Reason;
import io.wherry.contract.json.Json;
import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.audit.SyncFacts;
import io.wherry.hub.resource.Ref;
import io.wherry.hub.source.Fetch;
import io.wherry.hub.source.GitSource;
import io.wherry.hub.source.Revision;
import io.wherry.hub.status.Event.Severity;
import io.wherry.hub.status.Events;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;

/**
 * Tells of what checks of sources gave: a new commit, a failure, the end of one. Checks that found nothing new are folded into one record with
 * their count, written when something happens again.
 */
final class SourceRecords {
    private final FleetStores stores;
    private final Events events;
    private final InstantSource clock;
    private final Map<Key, Seen> seen = new ConcurrentHashMap<>();

    SourceRecords(FleetStores stores, Events events, InstantSource clock) {
        this.stores = stores;
        this.events = events;
        this.clock = clock;
    }

    private record Key(String source, Ref ref) {}

    /**
     * The last outcome, and how often it came again.
     *
     * @param outcome a commit, or the reason of a failure
     */
    private record Seen(String outcome, boolean failed, long quiet, Instant first, Instant last) {}

    void checked(GitSource source, Map<Ref, Fetch> fetches, boolean nudged) {
        fetches.forEach((ref, fetch) -> {
            Key key = new Key(source.id(), ref);
            Optional<Seen> before = Optional.ofNullable(seen.get(key));
            String outcome = outcome(fetch);
            Instant now = clock.instant();
            if (before.isPresent() && before.get().outcome().equals(outcome)) {
                Seen same = before.get();
                Instant first = same.quiet() == 0 ? now : same.first();
                seen.put(key, new Seen(outcome, same.failed(), same.quiet() + 1, first, now));
                return;
            }
            seen.put(key, new Seen(outcome, fetch instanceof Fetch.Failed, 0, now, now));
            stores.database().run(handle -> tell(handle, source, ref, fetch, before, nudged));
        });
    }

    private static String outcome(Fetch fetch) {
        return switch (fetch) {
            case Fetch.Fetched fetched -> fetched.revision().commit();
            case Fetch.Unchanged unchanged -> unchanged.revision().commit();
            case Fetch.Failed failed -> failed.reason().name();
        };
    }

    private void tell(Handle handle, GitSource source, Ref ref, Fetch fetch, Optional<Seen> before, boolean nudged) {
        before.filter(known -> known.quiet() > 0)
                .ifPresent(
                        known -> append(handle, source, ref, Optional.empty(), folded(source), quiet(known), nudged));
        switch (fetch) {
            case Fetch.Fetched fetched -> {
                append(
                        handle,
                        source,
                        ref,
                        Optional.of(fetched.revision()),
                        What.done("source.fetch", object(source)),
                        NOTHING,
                        nudged);
                back(handle, source, before);
            }
            case Fetch.Unchanged unchanged -> back(handle, source, before);
            case Fetch.Failed failed -> {
                Reason reason = failed.reason();
                append(
                        handle,
                        source,
                        ref,
                        Optional.empty(),
                        What.failed("source.fetch", object(source), reason.code(), failed.detail()),
                        NOTHING,
                        nudged);
                events.raise(
                        handle,
                        Severity.ALARM,
                        "Source",
                        source.name(),
                        reason,
                        failed.detail() + "; what was deployed stays",
                        failed.hint());
            }
        }
    }

    private void back(Handle handle, GitSource source, Optional<Seen> before) {
        if (before.filter(Seen::failed).isPresent()) {
            events.raise(
                    handle,
                    Severity.NORMAL,
                    "Source",
                    source.name(),
                    SyncReason.SOURCE_BACK,
                    "the source can be read again",
                    "");
        }
    }

    private static final Json.Obj NOTHING = Json.object().build();

    private static Json.Obj quiet(Seen seen) {
        return Json.object()
                .put("count", seen.quiet())
                .put("first", seen.first().toString())
                .put("last", seen.last().toString())
                .build();
    }

    private static What folded(GitSource source) {
        return new What("source.fetch", object(source), AuditEvent.Outcome.UNCHANGED, "", "");
    }

    private static String object(GitSource source) {
        return "Source/" + source.name();
    }

    private void append(
            Handle handle,
            GitSource source,
            Ref ref,
            Optional<Revision> revision,
            What what,
            Json.Obj detail,
            boolean nudged) {
        SyncFacts facts = SyncFacts.of(
                new SyncFacts.Origin(source.name(), source.repository().url(), ref.type() + " " + ref.name()),
                revision.map(Revision::facts).orElse(SyncRecords.NO_COMMIT),
                List.of(),
                new SyncFacts.Place("", "", ""),
                nudged ? "nudge" : "interval");
        stores.audit()
                .append(
                        handle,
                        AuditEvent.sync(clock.instant(), Who.HUB, what, facts).with(detail));
    }
}
