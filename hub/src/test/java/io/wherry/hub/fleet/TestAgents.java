package io.wherry.hub.fleet;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** Many agents at once: copies of one that joined, under ids and names of their own, so that a test need not sign a thousand certificates. */
public final class TestAgents {
    private TestAgents() {}

    /** Agents named {@code PREFIX-0}, {@code PREFIX-1} … that nobody has the keys of. */
    public static List<AgentRecord> copies(TestFleet fleet, AgentRecord model, String prefix, int count) {
        SecureRandom random = new SecureRandom();
        List<AgentRecord> copies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = prefix + "-" + i;
            copies.add(new AgentRecord(
                    AgentId.random(random),
                    name,
                    model.state(),
                    Digest.of(name.getBytes(StandardCharsets.UTF_8)),
                    model.key(),
                    model.sealingKey(),
                    model.environment(),
                    model.tokenId(),
                    model.fingerprint(),
                    model.certificateExpires(),
                    model.facts(),
                    model.factsDigest(),
                    model.created()));
        }
        fleet.database.run(handle -> copies.forEach(copy -> fleet.agents.insert(handle, copy)));
        copies.forEach(copy -> fleet.agents.changed(copy.id()));
        return copies;
    }
}
