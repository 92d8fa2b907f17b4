package io.wherry.hub.bundlefile;

import io.wherry.contract.Acknowledgement;
import io.wherry.contract.AgentId;
import io.wherry.contract.Envelope;
import io.wherry.hub.db.Database;
import io.wherry.hub.release.SigningKeys;
import io.wherry.hub.status.ReceiptPrefix;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Signs for each agent how far its receipts are here without a gap: a site that no answer reaches keeps them until it is told. */
public final class Acknowledgements {
    private final Database database;
    private final SigningKeys keys;
    private final InstantSource clock;

    public Acknowledgements(Database database, SigningKeys keys, InstantSource clock) {
        this.database = database;
        this.keys = keys;
        this.clock = clock;
    }

    /** Envelopes of those agents of which there are receipts, and no contradiction among the first ones. */
    Map<AgentId, byte[]> of(List<AgentId> agents) {
        Map<AgentId, ReceiptPrefix.Last> last = new HashMap<>();
        database.read(handle -> {
            agents.forEach(agent -> ReceiptPrefix.last(handle, agent).ifPresent(found -> last.put(agent, found)));
            return agents.size();
        });
        Map<AgentId, byte[]> signed = new HashMap<>();
        last.forEach((agent, found) -> signed.put(agent, sign(agent, found)));
        return signed;
    }

    private byte[] sign(AgentId agent, ReceiptPrefix.Last last) {
        Acknowledgement acknowledgement = new Acknowledgement(
                keys.trustDomain(), agent, keys.epoch(), last.counter(), last.digest(), clock.instant());
        return Envelope.sign(acknowledgement.toStatement(), keys.hub()).toJson();
    }
}
