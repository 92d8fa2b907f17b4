package io.wherry.hub.fleet;

import io.wherry.contract.json.Json;
import io.wherry.contract.policy.WorkloadPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What an agent says of itself. Unsigned: shown to operators, never trusted for a decision about content.
 *
 * @param runtime        {@code docker} or {@code kubernetes}
 * @param runtimeId      another value than before means another machine; empty: not known
 * @param environment    fixed by the site at join; empty: none
 * @param understands    features of documents that it can carry out
 * @param diskFreeBytes  0: not known
 * @param policy         what the site lets stacks ask for, as text; empty: not told
 * @param runtimeProblem one sentence on what keeps the runtime from working; empty: it works
 * @param swarmManager   whether the Docker engine manages a swarm
 * @param pausedUntilMs  until when nothing is applied or corrected there, because a person at the site asked for that; 0: nobody did
 * @param timeZone       by whose clock the site lives, like {@code Europe/Berlin}; empty: not told
 */
public record AgentFacts(
        String name,
        String runtime,
        String runtimeId,
        String runtimeVersion,
        String agentVersion,
        String platform,
        String hostname,
        String environment,
        List<String> understands,
        long diskFreeBytes,
        String runtimeProblem,
        String policy,
        boolean swarmManager,
        long pausedUntilMs,
        String timeZone) {
    private static final int NAME_LENGTH = 63;
    private static final int WORD_LENGTH = 64;
    private static final int ID_LENGTH = 128;
    private static final int HOST_LENGTH = 253;
    private static final int SENTENCE_LENGTH = 1024;
    private static final int FEATURES = 64;
    /** The last moment that is written with four digits of a year. */
    private static final long MAX_TIME_MS = 253_402_300_799_999L;

    private static final List<String> RUNTIMES = List.of("docker", "kubernetes");

    /** Of an agent whose engine manages no swarm, that nobody has paused, and that does not tell its time zone. */
    public AgentFacts(
            String name,
            String runtime,
            String runtimeId,
            String runtimeVersion,
            String agentVersion,
            String platform,
            String hostname,
            String environment,
            List<String> understands,
            long diskFreeBytes,
            String runtimeProblem,
            String policy) {
        this(
                name,
                runtime,
                runtimeId,
                runtimeVersion,
                agentVersion,
                platform,
                hostname,
                environment,
                understands,
                diskFreeBytes,
                runtimeProblem,
                policy,
                false,
                0,
                "");
    }

    public AgentFacts {
        understands = List.copyOf(understands);
    }

    /** What is wrong with these facts, as "field: problem"; nothing if they keep the protocol's limits. */
    public Optional<String> problem() {
        if (!name.isEmpty() && !AgentNames.valid(name)) {
            return Optional.of("name: at most 63 of a-z, 0-9 and -, beginning and ending with a letter or digit");
        }
        if (!RUNTIMES.contains(runtime)) {
            return Optional.of("runtime: must be docker or kubernetes");
        }
        if (!environment.isEmpty() && !AgentNames.valid(environment)) {
            return Optional.of("environment: at most 63 of a-z, 0-9 and -");
        }
        if (agentVersion.isEmpty()) {
            return Optional.of("agent_version: must not be empty");
        }
        if (understands.size() > FEATURES || understands.stream().anyMatch(f -> f.length() > WORD_LENGTH)) {
            return Optional.of("understands: at most 64 features of 64 characters");
        }
        if (pausedUntilMs < 0 || pausedUntilMs > MAX_TIME_MS) {
            return Optional.of("paused_until_ms: must be a time before the year 10000, or 0");
        }
        boolean long_ = name.length() > NAME_LENGTH
                || runtimeId.length() > ID_LENGTH
                || runtimeVersion.length() > WORD_LENGTH
                || agentVersion.length() > WORD_LENGTH
                || platform.length() > WORD_LENGTH
                || hostname.length() > HOST_LENGTH
                || timeZone.length() > WORD_LENGTH
                || runtimeProblem.length() > SENTENCE_LENGTH
                || policy.length() > WorkloadPolicy.MAX_BYTES;
        return long_ ? Optional.of("a field is longer than the protocol allows") : Optional.empty();
    }

    /** The same facts but for the free disk, which changes with every look and is not worth a write. */
    public boolean sameAs(AgentFacts other) {
        return withDiskFree(0).equals(other.withDiskFree(0));
    }

    private AgentFacts withDiskFree(long bytes) {
        return with(bytes, pausedUntilMs);
    }

    /** The same, paused until then. */
    public AgentFacts paused(Instant until) {
        return with(diskFreeBytes, until.toEpochMilli());
    }

    private AgentFacts with(long diskFreeBytes, long pausedUntilMs) {
        return new AgentFacts(
                name,
                runtime,
                runtimeId,
                runtimeVersion,
                agentVersion,
                platform,
                hostname,
                environment,
                understands,
                diskFreeBytes,
                runtimeProblem,
                policy,
                swarmManager,
                pausedUntilMs,
                timeZone);
    }

    /** Until when nothing is applied or corrected there; empty if nobody has paused it, or that is over. */
    public Optional<Instant> pausedUntil(Instant now) {
        return Optional.of(Instant.ofEpochMilli(pausedUntilMs)).filter(now::isBefore);
    }

    public Json.Obj toJson() {
        Json.Builder json = Json.object()
                .put("name", name)
                .put("runtime", runtime)
                .put("runtimeId", runtimeId)
                .put("runtimeVersion", runtimeVersion)
                .put("agentVersion", agentVersion)
                .put("platform", platform)
                .put("hostname", hostname)
                .put("environment", environment)
                .put("understands", understands)
                .put("diskFreeBytes", diskFreeBytes)
                .put("runtimeProblem", runtimeProblem)
                .put("policy", policy);
        if (swarmManager) {
            json.put("swarmManager", true);
        }
        if (pausedUntilMs > 0) {
            json.put("pausedUntilMs", pausedUntilMs);
        }
        if (!timeZone.isEmpty()) {
            json.put("timeZone", timeZone);
        }
        return json.build();
    }

    static AgentFacts parse(Json.Obj json) {
        return new AgentFacts(
                json.string("name"),
                json.string("runtime"),
                json.string("runtimeId"),
                json.string("runtimeVersion"),
                json.string("agentVersion"),
                json.string("platform"),
                json.string("hostname"),
                json.string("environment"),
                json.strings("understands"),
                json.integer("diskFreeBytes"),
                json.string("runtimeProblem"),
                json.findString("policy").orElse(""),
                json.boolOr("swarmManager", false),
                json.find("pausedUntilMs").isPresent() ? json.integer("pausedUntilMs") : 0,
                json.findString("timeZone").orElse(""));
    }
}
