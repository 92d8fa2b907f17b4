package io.wherry.hub.api;

import io.wherry.contract.json.Json;
import io.wherry.hub.configuration.ConfigurationStatus;
import io.wherry.hub.resource.Condition;
import io.wherry.hub.resource.Source;
import io.wherry.hub.source.Fetch;
import io.wherry.hub.source.SourceStatus;
import io.wherry.hub.source.SourceStatus.RefStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The status of a source as JSON: last check, next check, last error; conditions {@code Fetched, Verified, Stalled, Ready}. */
final class SourceView {
    static final String GOOD = "AllGood";

    private SourceView() {}

    /** @param declares what became of what it declares, if it is the one that declares the hub's own resources */
    static Json.Obj of(
            Source source, Optional<SourceStatus> status, Optional<ConfigurationStatus> declares, Instant now) {
        if (source.suspend()) {
            return plain("Suspended", "not checked until resumed", "wherry source resume " + source.name());
        }
        return status.map(known -> of(source, known, declares, now))
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

    private static Json.Obj of(
            Source source, SourceStatus status, Optional<ConfigurationStatus> declares, Instant now) {
        Optional<Fetch.Failed> failure = failure(status);
        boolean stalled = status.stalled(now, source.interval());
        String reason = failure.map(failed -> failed.reason().code()).orElse(GOOD);
        String message = failure.map(Fetch.Failed::detail).orElse("");
        Optional<ConfigurationStatus> told = declares.filter(_ -> failure.isEmpty());
        boolean refused = told.filter(one -> !one.applied()).isPresent();
        boolean waits = told.filter(ConfigurationStatus::waits).isPresent();
        String why = refused || waits ? told.get().reason().code() : reason;
        boolean bad = failure.isPresent() || refused;
        Json.Builder json = Json.object()
                .put("phase", bad || waits ? why : stalled ? "Stalled" : "Ready")
                .put("level", bad || stalled ? "bad" : waits ? "working" : "good")
                .put("reason", why)
                .put("message", told.map(ConfigurationStatus::message).orElse(message))
                .put(
                        "hint",
                        told.map(ConfigurationStatus::hint)
                                .orElse(failure.map(Fetch.Failed::hint).orElse("")))
                .put("revision", revision(status));
        declares.flatMap(ConfigurationStatus::commit).ifPresent(commit -> json.put("applied", commit));
        StatusView.time(json, "lastCheck", status.lastCheck());
        StatusView.time(json, "nextCheck", status.nextCheck());
        status.lastSuccess().ifPresent(at -> json.put("lastSuccess", at.toString()));
        signer(status)
                .filter(_ -> source.repository().rules().wantSignatures())
                .ifPresent(signer -> json.put("signature", signer));
        Instant at = status.lastCheck();
        List<Condition> conditions = new ArrayList<>();
        conditions.add(condition("Fetched", failure.isEmpty(), reason, message, at));
        if (source.repository().rules().wantSignatures()) {
            conditions.add(verified(status, at));
        }
        declares.ifPresent(one -> conditions.add(condition(
                "Applied",
                one.applied(),
                one.applied() && !one.waits() ? GOOD : one.reason().code(),
                one.message(),
                at)));
        conditions.add(condition("Stalled", stalled, stalled ? "Stalled" : GOOD, stalled ? message : "", at));
        conditions.add(condition(
                "Ready",
                !bad && !stalled,
                why,
                told.map(ConfigurationStatus::message).orElse(message),
                at));
        return json.put("conditions", StatusView.conditions(conditions)).build();
    }

    /** Unknown where there is nothing to judge, or it cannot be fetched. */
    private static Condition verified(SourceStatus status, Instant at) {
        Optional<Fetch.Failed> flaw = status.refs().stream()
                .flatMap(ref -> ref.failure().stream())
                .filter(failed -> failed.reason().isOfSignature())
                .findFirst();
        if (flaw.isPresent()) {
            return condition(
                    "Verified", false, flaw.get().reason().code(), flaw.get().detail(), at);
        }
        Optional<String> signer = signer(status);
        return signer.isPresent()
                ? condition("Verified", true, GOOD, "signed by " + signer.get(), at)
                : new Condition("Verified", Condition.Status.UNKNOWN, "Unchecked", "nothing was judged yet", at, 0);
    }

    /** Of what is shown as the revision. */
    private static Optional<String> signer(SourceStatus status) {
        return status.refs().stream()
                .filter(ref -> ref.commit().isPresent())
                .findFirst()
                .flatMap(RefStatus::signer);
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
