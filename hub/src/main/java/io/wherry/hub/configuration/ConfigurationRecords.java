package io.wherry.hub.configuration;

import io.wherry.contract.json.Json;
import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.SyncFacts;
import io.wherry.hub.configuration.ConfigurationWrite.Written;
import io.wherry.hub.resource.ConfigurationSpec;
import io.wherry.hub.resource.Ref;
import io.wherry.hub.source.GitSource;
import io.wherry.hub.source.Revision;
import io.wherry.hub.status.Event.Severity;
import io.wherry.hub.status.Events;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Writes down what a commit of the configuration repository did: an event for people who look now, the audit log for those who look later. */
final class ConfigurationRecords {
    private static final String OBJECT = "Source/" + ConfigurationSpec.SOURCE;
    private static final String ACTION = "configuration.apply";

    /** Objects named in one record; the counts beside them are of all. */
    private static final int NAMED = 200;

    private final AuditLog audit;
    private final Events events;
    private final InstantSource clock;

    ConfigurationRecords(AuditLog audit, Events events, InstantSource clock) {
        this.audit = audit;
        this.events = events;
        this.clock = clock;
    }

    /**
     * A commit that was looked at.
     *
     * @param changeKeys of all commits since the one applied before
     */
    record Look(GitSource source, Ref ref, Revision revision, List<String> changeKeys) {}

    void applied(Handle handle, Look look, Written written) {
        Json.Builder detail = Json.object()
                .put("created", named(written.created))
                .put("changed", named(written.changed))
                .put("deleted", named(written.deleted))
                .put("waiting", named(written.waiting));
        if (!written.policies.isEmpty()) {
            detail.put("policies", new Json.Obj(new LinkedHashMap<>(written.policies)));
        }
        String counts = written.created.size() + " created, " + written.changed.size() + " changed, "
                + written.deleted.size() + " deleted";
        append(handle, look, new What(ACTION, OBJECT, AuditEvent.Outcome.DONE, "", counts), detail.build());
        raise(
                handle,
                Severity.NORMAL,
                ConfigurationReason.CONFIGURATION_APPLIED,
                "commit " + look.revision().brief() + " is applied: " + counts,
                "");
    }

    void waits(Handle handle, List<String> waiting) {
        raise(
                handle,
                Severity.WARNING,
                ConfigurationReason.CONFIGURATION_WAITS,
                String.join("\n", waiting),
                ConfigurationStatus.hint(waiting));
    }

    void refused(Handle handle, Look look, Trouble trouble) {
        append(
                handle,
                look,
                What.failed(ACTION, OBJECT, trouble.reason().code(), trouble.detail()),
                Json.object().build());
        raise(
                handle,
                Severity.ALARM,
                trouble.reason(),
                "commit " + look.revision().brief() + " is not applied: " + trouble.detail(),
                trouble.hint());
    }

    private void raise(Handle handle, Severity severity, ConfigurationReason reason, String message, String next) {
        events.raise(handle, severity, "Source", ConfigurationSpec.SOURCE, reason, message, next);
    }

    private void append(Handle handle, Look look, What what, Json.Obj detail) {
        SyncFacts facts = SyncFacts.of(
                new SyncFacts.Origin(
                        look.source().name(),
                        look.source().repository().url(),
                        look.ref().type() + " " + look.ref().name()),
                look.revision().facts(),
                look.changeKeys(),
                new SyncFacts.Place("", "", ""),
                "configuration");
        audit.append(
                handle, AuditEvent.sync(clock.instant(), Who.HUB, what, facts).with(detail));
    }

    private static List<String> named(List<String> objects) {
        return objects.stream().limit(NAMED).toList();
    }
}
