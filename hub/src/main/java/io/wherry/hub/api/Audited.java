package io.wherry.hub.api;

import io.wherry.contract.json.Json;
import io.wherry.hub.access.AccessReason;
import io.wherry.hub.access.Principal;
import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.audit.AuditLog;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Writes down what operators do, in the transaction that does it: nothing happens unrecorded. */
final class Audited implements Denials {
    /** Names are at most 63 characters; a stranger's may be anything. */
    private static final int MAX_SHOWN_CHARS = 64;

    private final AuditLog log;
    private final InstantSource clock;

    Audited(AuditLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    void done(Handle handle, ApiRequest request, String action, String object) {
        log.append(handle, AuditEvent.user(clock.instant(), who(request), What.done(action, object)));
    }

    /** The same, with what it was and what it is: empty where it was not, or is no more. */
    void changed(
            Handle handle,
            ApiRequest request,
            String action,
            String object,
            Optional<Json.Obj> before,
            Optional<Json.Obj> after) {
        log.append(
                handle,
                AuditEvent.user(clock.instant(), who(request), What.done(action, object))
                        .with(AuditEvent.change(before, after)));
    }

    /** Somebody whose role may apply, and may not apply this. */
    void denied(ApiRequest request, String action, String object) {
        log.append(AuditEvent.policy(
                clock.instant(),
                who(request),
                What.refused(
                        action,
                        object,
                        AccessReason.ROLE_DENIED.code(),
                        "the role " + request.principal().role().word() + " may not")));
    }

    /** What changes nothing here: there is no transaction to stand in. */
    void asked(ApiRequest request, String action, String object, Json.Obj detail) {
        log.append(AuditEvent.user(clock.instant(), who(request), What.done(action, object))
                .with(detail));
    }

    static Who who(ApiRequest request) {
        return Who.user(request.principal().name(), request.from());
    }

    @Override
    public void denied(
            Principal principal,
            String from,
            Route route,
            Map<String, String> parameters,
            String reason,
            String message) {
        log.append(AuditEvent.policy(
                clock.instant(),
                Who.user(principal.name(), from),
                What.refused(
                        route.method() + " " + route.path(),
                        "Route" + filled(route.path(), parameters),
                        reason,
                        message)));
    }

    /** {@code /sources/shop/sync} for {@code /sources/{name}/sync}: what somebody tried to touch. */
    private static String filled(String path, Map<String, String> parameters) {
        String filled = path;
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            String value = parameter.getValue();
            String shown = value.length() > MAX_SHOWN_CHARS ? value.substring(0, MAX_SHOWN_CHARS) + "…" : value;
            filled = filled.replace("{" + parameter.getKey() + "}", shown);
        }
        return filled;
    }
}
