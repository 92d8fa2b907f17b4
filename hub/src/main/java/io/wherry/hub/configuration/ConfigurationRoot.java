package io.wherry.hub.configuration;

import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.db.Database;
import io.wherry.hub.resource.ConfigurationSpec;
import io.wherry.hub.resource.Owner;
import io.wherry.hub.resource.Put;
import io.wherry.hub.resource.ResourceKind;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.source.GitSource;
import io.wherry.hub.source.SourceChecks;
import java.time.InstantSource;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Makes the source {@code configuration} of what hub.yaml says at the start, or leaves all to people when it no longer says it. */
final class ConfigurationRoot {
    private final Database db;
    private final ResourceRepository resources;
    private final SourceChecks checks;
    private final AuditLog audit;
    private final InstantSource clock;

    ConfigurationRoot(
            Database db, ResourceRepository resources, SourceChecks checks, AuditLog audit, InstantSource clock) {
        this.db = db;
        this.resources = resources;
        this.checks = checks;
        this.audit = audit;
        this.clock = clock;
    }

    /** @throws ConfigurationException if people declared a source of that name, and otherwise */
    void declare(ConfigurationSpec spec) {
        db.run(handle -> {
            Optional<Stored<Source>> before = resources.find(handle, Source.class, ConfigurationSpec.SOURCE);
            boolean suspended = before.filter(ConfigurationRoot::isOurs).isPresent()
                    && before.get().resource().suspend();
            Source source = suspended ? spec.source().suspended(true) : spec.source(); // a person may have, to stop it
            if (before.isPresent()
                    && !isOurs(before.get())
                    && !before.get().resource().equals(source)
                    && !spec.adopt()) {
                throw new ConfigurationException("configuration: a source named " + ConfigurationSpec.SOURCE
                        + " exists, and a person declared it otherwise (delete it, or set configuration.adopt: true)");
            }
            Put put = resources.putOwned(handle, source, Owner.HUB_YAML, Optional.empty());
            if (!(put instanceof Put.Unchanged)
                    || !before.map(ConfigurationRoot::isOurs).orElse(false)) {
                note(handle, "configuration.declare");
            }
        });
    }

    private static boolean isOurs(Stored<Source> stored) {
        return stored.owner().equals(Optional.of(Owner.HUB_YAML));
    }

    /** What was declared stays as it is, and is anybody's. */
    void withdraw() {
        Optional<Stored<Source>> ours =
                resources.find(Source.class, ConfigurationSpec.SOURCE).filter(ConfigurationRoot::isOurs);
        if (ours.isEmpty()) {
            return;
        }
        Stored<Source> stored = ours.get();
        boolean deleted = db.write(handle -> {
            resources.disownSet(handle, ConfigurationSpec.SOURCE);
            ConfigurationState.forget(handle);
            note(handle, "configuration.withdraw");
            boolean used = resources.all(handle, Stack.class).stream()
                    .anyMatch(stack -> stack.resource().sources().contains(ConfigurationSpec.SOURCE));
            if (used) {
                resources.disown(handle, stored.uid());
            } else {
                resources.delete(handle, ResourceKind.SOURCE, ConfigurationSpec.SOURCE);
            }
            return !used;
        });
        checks.forgetStack(GitSource.of(stored.uid(), stored.resource()), stored.uid());
        if (deleted) {
            checks.forgetSource(stored.uid());
        }
    }

    private void note(Handle handle, String action) {
        audit.append(
                handle,
                AuditEvent.user(clock.instant(), Who.HUB, What.done(action, "Source/" + ConfigurationSpec.SOURCE)));
    }
}
