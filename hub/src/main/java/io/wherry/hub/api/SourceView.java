package io.wherry.hub.api;

import io.wherry.contract.json.Json;
import io.wherry.hub.resource.Condition;
import io.wherry.hub.resource.Source;
import io.wherry.hub.source.Fetch;
import io.wherry.hub.source.SourceStatus;
import io.wherry.hub.source.SourceStatus.RefStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The status of a source as JSON: last check, next check, last error; conditions {@code Fetched, Stalled, Ready}, and {@code Verified} where it must be signed. */
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
        List<Condition> conditions = new ArrayList<>();
        conditions.add(condition("Fetched", failure.isEmpty(), reason, message, at));
        if (source.repository().cosign().isPresent()) {
            conditions.add(verified(status, failure, at));
        }
        conditions.add(condition("Stalled", stalled, stalled ? "Stalled" : GOOD, stalled ? message : "", at));
        conditions.add(condition("Ready", failure.isEmpty() && !stalled, reason, message, at));
        return json.put("conditions", StatusView.conditions(conditions)).build();
    }

    /** Whether what the source gives is signed by one of its keys: what was refused for its signature is not, what was never fetched is not known. */
    private static Condition verified(SourceStatus status, Optional<Fetch.Failed> failure, Instant at) {
        Optional<Fetch.Failed> refused =
                failure.filter(failed -> failed.reason().isOfSignature());
        boolean known = status.refs().stream().anyMatch(ref -> ref.commit().isPresent());
        return refused.map(
                        failed -> condition("Verified", false, failed.reason().code(), failed.detail(), at))
                .orElseGet(() -> known
                        ? condition("Verified", true, GOOD, "", at)
                        : new Condition(
                                "Verified", Condition.Status.UNKNOWN, "Unchecked", "nothing was fetched yet", at, 0));
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
