package io.wherry.hub.fleet;

import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.db.Database;
import io.wherry.hub.resource.ResourceRepository;
import java.time.InstantSource;

/** What a change of the fleet writes to: always together, in one transaction of {@code database}. */
public record FleetStore(Database database, AgentRepository agents, ResourceRepository resources, AuditLog audit) {
    FleetAudit fleetAudit(InstantSource clock) {
        return new FleetAudit(audit, clock);
    }
}
