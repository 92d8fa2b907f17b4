package io.wherry.agent.hubclient;

import io.wherry.contract.Digest;
import io.wherry.contract.v1.Facts;
import java.time.Instant;
import java.util.List;

/**
 * What the agent says of itself. Unsigned, for people to look at.
 *
 * @param understands features of documents that this agent can carry out
 * @param now         the agent's own clock
 */
public record AgentFacts(Self self, RuntimeFacts runtime, List<String> understands, Instant now, long diskFreeBytes) {

    /** @param name that it asks for; empty: the hub chooses */
    public record Self(String name, String hostname, String environment, String version) {}

    /** @param problem one sentence on what keeps it from working; empty if nothing does */
    public record RuntimeFacts(String kind, String id, String version, String platform, String problem) {}

    public AgentFacts {
        understands = List.copyOf(understands);
    }

    /** Identifies these facts apart from clock and disk, which always differ. */
    public Digest digest() {
        return Digest.of(
                toWire().toBuilder().clearClockMs().clearDiskFreeBytes().build().toByteArray());
    }

    Facts toWire() {
        return Facts.newBuilder()
                .setName(self.name())
                .setHostname(self.hostname())
                .setEnvironment(self.environment())
                .setAgentVersion(self.version())
                .setRuntime(runtime.kind())
                .setRuntimeId(runtime.id())
                .setRuntimeVersion(runtime.version())
                .setPlatform(runtime.platform())
                .setRuntimeProblem(runtime.problem())
                .addAllUnderstands(understands)
                .setClockMs(now.toEpochMilli())
                .setDiskFreeBytes(diskFreeBytes)
                .build();
    }
}
