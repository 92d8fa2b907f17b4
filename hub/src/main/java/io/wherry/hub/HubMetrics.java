package io.wherry.hub;

import io.wherry.base.Metrics;
import io.wherry.base.Version;
import io.wherry.hub.agentapi.AgentPort;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.fleet.LastSeen;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.source.SourceChecks;
import io.wherry.hub.source.SourceStatus;
import io.wherry.hub.status.Contact;
import io.wherry.hub.status.Events;
import io.wherry.hub.status.FleetStatus;
import io.wherry.hub.status.StackStatus;
import io.wherry.hub.sync.SourceCharts;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

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

    /** What brings commits to agents, and how all of it is. */
    record Delivery(
            FleetStatus status,
            ResourceRepository resources,
            Sources sources,
            Events events,
            AuditLog audit,
            Supplier<Map<String, Long>> refused) {}

    /** How sources are doing: of Git by their checks, of charts by what stacks take from them. */
    record Sources(SourceChecks checks, Function<Source, SourceCharts> charts) {}

    /** Adds the numbers that alarms hang on: what is not well, and what was told of it. */
    static Metrics with(Metrics metrics, Delivery delivery, InstantSource clock) {
        metrics.gauge("wherry_sources", "Sources by state", "state", () -> sources(delivery, clock));
        metrics.gauge("wherry_stacks", "Stacks by condition Ready", "ready", () -> stacks(delivery.status()));
        metrics.gauge("wherry_stack_targets", "Stacks at agents by phase", "phase", () -> targets(delivery.status()));
        metrics.counter(
                "wherry_events_total",
                "Events raised since the start; an alarm needs a person",
                "severity",
                delivery.events()::raised);
        metrics.gauge(
                "wherry_policy_refused_targets",
                "Targets of stacks that keep what they have because of a policy",
                "rule",
                delivery.refused());
        metrics.gauge("wherry_audit_records", "Records of the audit log", delivery.audit()::size);
        return metrics;
    }

    private static Map<String, Integer> sources(Delivery delivery, InstantSource clock) {
        Map<String, Integer> states = new TreeMap<>();
        for (Stored<Source> stored : delivery.resources().all(Source.class)) {
            states.merge(state(stored, delivery.sources(), clock), 1, Integer::sum);
        }
        return states;
    }

    private static String state(Stored<Source> stored, Sources sources, InstantSource clock) {
        if (stored.resource().suspend()) {
            return "suspended";
        }
        if (stored.resource().type().holdsCharts()) {
            return sources.charts().apply(stored.resource()).state().name().toLowerCase(Locale.ROOT);
        }
        Optional<SourceStatus> status = sources.checks().status(stored.uid());
        if (status.isEmpty()) {
            return "unchecked";
        }
        SourceStatus known = status.get();
        boolean failing = known.failure().isPresent()
                || known.refs().stream().anyMatch(ref -> ref.failure().isPresent());
        return known.stalled(clock.instant(), stored.resource().interval()) ? "stalled" : failing ? "failing" : "ready";
    }

    private static Map<String, Integer> stacks(FleetStatus status) {
        Map<String, Integer> ready = new TreeMap<>();
        for (StackStatus stack : status.stacks().values()) {
            ready.merge(stack.condition("Ready").status().name().toLowerCase(Locale.ROOT), 1, Integer::sum);
        }
        return ready;
    }

    private static Map<String, Integer> targets(FleetStatus status) {
        Map<String, Integer> phases = new TreeMap<>();
        status.stacks().values().stream()
                .flatMap(stack -> stack.targets().stream())
                .forEach(target -> phases.merge(target.phase(), 1, Integer::sum));
        return phases;
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
