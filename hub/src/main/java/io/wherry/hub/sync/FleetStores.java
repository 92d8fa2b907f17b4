package io.wherry.hub.sync;

import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.bundle.BundleStore;
import io.wherry.hub.db.Database;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.fleet.LastSeen;
import io.wherry.hub.registry.ChartSource;
import io.wherry.hub.registry.ImageDigests;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.vault.Credentials;

/**
 * What is kept: everything a turn reads and writes.
 *
 * @param registries are asked for digests, between turns
 * @param charts     where charts are fetched from, between turns
 */
public record FleetStores(
        Database database,
        ResourceRepository resources,
        AgentRepository agents,
        LastSeen lastSeen,
        BundleStore bundles,
        AuditLog audit,
        Credentials credentials,
        ImageDigests registries,
        ChartSource charts) {}
