package io.wherry.hub.api;

import io.wherry.hub.access.Principal;
import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.audit.AuditLog;
import java.time.InstantSource;
import org.jdbi.v3.core.Handle;

/** Writes down what operators do, in the transaction that does it: nothing happens unrecorded. */
final class Audited implements Denials {
    private final AuditLog log;
    private final InstantSource clock;

    Audited(AuditLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    void done(Handle handle, ApiRequest request, String action, String object) {
        log.append(handle, AuditEvent.user(clock.instant(), who(request), What.done(action, object)));
    }

    static Who who(ApiRequest request) {
        return Who.user(request.principal().name(), request.from());
    }

    @Override
    public void denied(Principal principal, String from, Route route) {
        log.append(AuditEvent.policy(
                clock.instant(),
                Who.user(principal.name(), from),
                What.refused(
                        route.method() + " " + route.path(),
                        "Route" + route.path(),
                        "RoleDenied",
                        "the role " + principal.role().word() + " may not")));
    }
}
