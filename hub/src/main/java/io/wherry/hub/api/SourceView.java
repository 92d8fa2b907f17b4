package io.wherry.hub.api;

import io.wherry.contract.json.Json;
import io.wherry.hub.resource.Condition;
import io.wherry.hub.resource.Source;
import io.wherry.hub.source.Fetch;
import io.wherry.hub.source.SourceStatus;
import io.wherry.hub.source.SourceStatus.RefStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The status of a source as JSON: last check, next check, last error; conditions {@code Fetched, Stalled, Ready}. */
final class SourceView {
    static final String GOOD = "AllGood";

    private SourceView() {}

    static Json.Obj of(Source source, Optional<SourceStatus> status, Instant now) {
        if (source.suspend()) {
            return plain("Suspended", "not checked until resumed", "wherry source resume " + source.name());
        }
        return status.map(known -> of(source, known, now))
                .orElseGet(() -> plain("Unchecked", "is about to be checked for the first time", ""));
    }

    static Json.Obj plain(String phase, String message, String hint) {
        return Json.object()
                .put("phase", phase)
                .put("level", "unknown")
                .put("message", message)
                .put("hint", hint)
                .build();
    }

    private static Json.Obj of(Source source, SourceStatus status, Instant now) {
        Optional<Fetch.Failed> failure = failure(status);
        boolean stalled = status.stalled(now, source.interval());
        String reason = failure.map(failed -> failed.reason().code()).orElse(GOOD);
        String message = failure.map(Fetch.Failed::detail).orElse("");
        Json.Builder json = Json.object()
                .put("phase", failure.isPresent() ? reason : stalled ? "Stalled" : "Ready")
                .put("level", failure.isPresent() || stalled ? "bad" : "good")
                .put("reason", reason)
                .put("message", message)
                .put("hint", failure.map(Fetch.Failed::hint).orElse(""))
                .put("revision", revision(status));
        StatusView.time(json, "lastCheck", status.lastCheck());
        StatusView.time(json, "nextCheck", status.nextCheck());
        status.lastSuccess().ifPresent(at -> json.put("lastSuccess", at.toString()));
        Instant at = status.lastCheck();
        return json.put(
                        "conditions",
                        StatusView.conditions(List.of(
                                condition("Fetched", failure.isEmpty(), reason, message, at),
                                condition("Stalled", stalled, stalled ? "Stalled" : GOOD, stalled ? message : "", at),
                                condition("Ready", failure.isEmpty() && !stalled, reason, message, at))))
                .build();
    }

    /** Of the source as a whole, or of the first reference that has one. */
    private static Optional<Fetch.Failed> failure(SourceStatus status) {
        if (status.failure().isPresent()) {
            return status.failure();
        }
        for (RefStatus ref : status.refs()) {
            if (ref.failure().isPresent()) {
                return ref.failure();
            }
        }
        return Optional.empty();
    }

    private static String revision(SourceStatus status) {
        for (RefStatus ref : status.refs()) {
            if (ref.commit().isPresent()) {
                return ref.commit().get();
            }
        }
        return "";
    }

    static Condition condition(String type, boolean holds, String reason, String message, Instant at) {
        return new Condition(type, holds ? Condition.Status.TRUE : Condition.Status.FALSE, reason, message, at, 0);
    }
}
