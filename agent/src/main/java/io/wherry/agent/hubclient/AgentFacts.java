package io.wherry.agent.hubclient;

import io.wherry.contract.Digest;
import io.wherry.contract.policy.WorkloadPolicy;
import io.wherry.contract.v1.Facts;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * What the agent says of itself. Unsigned, for people to look at.
 *
 * @param understands features of documents that this agent can carry out
 * @param policy      what the site lets stacks ask for, as text
 * @param pausedUntil until when nothing is applied or corrected here; empty: nobody has paused it
 * @param now         the agent's own clock
 */
public record AgentFacts(
        Self self,
        RuntimeFacts runtime,
        List<String> understands,
        String policy,
        Optional<Instant> pausedUntil,
        Instant now,
        long diskFreeBytes) {

    /**
     * @param name     that it asks for; empty: the hub chooses
     * @param timeZone by whose clock the site lives
     */
    public record Self(String name, String hostname, String environment, String version, ZoneId timeZone) {}

    /**
     * @param problem      one sentence on what keeps it from working; empty if nothing does
     * @param swarmManager whether it is a manager of a Docker swarm
     */
    public record RuntimeFacts(
            String kind, String id, String version, String platform, String problem, boolean swarmManager) {
        /** Of one that manages no swarm. */
        public RuntimeFacts(String kind, String id, String version, String platform, String problem) {
            this(kind, id, version, platform, problem, false);
        }
    }

    /** As the protocol says. */
    private static final int MAX_PROBLEM_CHARS = 1024;

    /** A disk with more than this has enough; below it each halving is news. */
    private static final long PLENTY_MIB = 1024;

    /** Of one that nobody has paused. */
    public AgentFacts(
            Self self, RuntimeFacts runtime, List<String> understands, String policy, Instant now, long diskFreeBytes) {
        this(self, runtime, understands, policy, Optional.empty(), now, diskFreeBytes);
    }

    public AgentFacts {
        understands = List.copyOf(understands);
    }

    /** Identifies these facts apart from the clock, which always differs, and from changes of the disk that nobody need know of. */
    public Digest digest() {
        long mib = Math.min(diskFreeBytes >> 20, PLENTY_MIB);
        return Digest.of(toWire().toBuilder()
                .clearClockMs()
                .setDiskFreeBytes(Long.highestOneBit(mib) << 20)
                .build()
                .toByteArray());
    }

    Facts toWire() {
        return Facts.newBuilder()
                .setName(self.name())
                .setHostname(self.hostname())
                .setEnvironment(self.environment())
                .setAgentVersion(self.version())
                .setTimeZone(self.timeZone().getId())
                .setRuntime(runtime.kind())
                .setRuntimeId(runtime.id())
                .setRuntimeVersion(runtime.version())
                .setPlatform(runtime.platform())
                .setRuntimeProblem(cut(runtime.problem()))
                .setSwarmManager(runtime.swarmManager())
                .addAllUnderstands(understands)
                .setPolicy(policy.length() <= WorkloadPolicy.MAX_BYTES ? policy : "")
                .setPausedUntilMs(pausedUntil.map(Instant::toEpochMilli).orElse(0L))
                .setClockMs(now.toEpochMilli())
                .setDiskFreeBytes(diskFreeBytes)
                .build();
    }

    private static String cut(String text) {
        return text.length() <= MAX_PROBLEM_CHARS ? text : text.substring(0, MAX_PROBLEM_CHARS);
    }
}
