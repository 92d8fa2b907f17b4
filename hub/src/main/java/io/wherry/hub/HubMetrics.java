package io.wherry.hub;

import io.wherry.base.Metrics;
import io.wherry.base.Version;
import io.wherry.hub.agentapi.AgentPort;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.fleet.LastSeen;
import io.wherry.hub.status.Contact;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;

/** The hub's numbers for {@code /metrics} (docs/reference/metrics.md). */
final class HubMetrics {
    private HubMetrics() {}

    static Metrics of(AgentRepository agents, LastSeen lastSeen, AgentPort port, InstantSource clock) {
        Metrics metrics = new Metrics();
        metrics.gauge(
                "wherry_build_info", "1, with the version as a label", "version", () -> Map.of(Version.CURRENT, 1));
        metrics.gauge("wherry_agents", "Agents by state of enrolment", "state", () -> states(agents));
        metrics.gauge(
                "wherry_agents_connected",
                "Agents heard as often as their mode promises",
                () -> connected(agents, lastSeen, clock));
        metrics.gauge("wherry_polls_held", "Polls that wait for something new", port::held);
        metrics.gauge("wherry_blob_streams", "Blob streams that are open", port::streams);
        metrics.gauge("wherry_process_heap_bytes", "Heap in use", () -> ManagementFactory.getMemoryMXBean()
                .getHeapMemoryUsage()
                .getUsed());
        metrics.gauge("wherry_process_uptime_seconds", "Time since the hub's process began", () -> Duration.ofMillis(
                        ManagementFactory.getRuntimeMXBean().getUptime())
                .toSeconds());
        return metrics;
    }

    private static Map<String, Integer> states(AgentRepository agents) {
        Map<String, Integer> states = new TreeMap<>();
        for (AgentRecord agent : agents.list()) {
            states.merge(agent.state().text(), 1, Integer::sum);
        }
        return states;
    }

    private static long connected(AgentRepository agents, LastSeen lastSeen, InstantSource clock) {
        return agents.served().stream()
                .filter(agent ->
                        Contact.of(lastSeen, agent.id(), clock.instant()).connected())
                .count();
    }
}
