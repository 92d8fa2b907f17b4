package io.wherry.hub.sync;

import io.wherry.contract.EntryState;
import io.wherry.contract.Outcome;
import io.wherry.contract.Reason;
import io.wherry.contract.Receipt;
import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.SyncFacts;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.rollout.EntryRepository;
import io.wherry.hub.rollout.PlacedEntry;
import io.wherry.hub.status.ReportIntake;
import io.wherry.hub.status.TargetState;
import io.wherry.hub.status.TargetStates;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What a report means for history, removals and the audit log. Part of the intake's transaction. */
public final class OutcomeRecorder implements ReportIntake.Listener {
    private final FleetSync sync;
    private final AuditLog audit;
    private final InstantSource clock;

    public OutcomeRecorder(FleetSync sync, AuditLog audit, InstantSource clock) {
        this.sync = sync;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    public void reported(Handle handle, AgentRecord agent, Receipt receipt, List<EntryState> states) {
        AgentReviews.told(handle, agent.id(), receipt, clock.instant());
        for (EntryState state : states) {
            Optional<PlacedEntry> entry = EntryRepository.find(handle, agent.id(), state.stack());
            String outcome = Reason.camelCase(state.outcome().name());
            boolean news = RevisionRepository.outcome(handle, agent.id(), state.stack(), state.generation(), outcome);
            if (news || state.outcome() == Outcome.REMOVED) {
                record(handle, agent, state, entry);
            }
            if (state.outcome() == Outcome.REMOVED || state.outcome() == Outcome.LEFTOVER) {
                sync.departures().confirmed(handle, agent.id(), state.stack(), state.generation());
            }
        }
    }

    private void record(Handle handle, AgentRecord agent, EntryState state, Optional<PlacedEntry> entry) {
        Optional<HistoryEntry> revision =
                entry.flatMap(placed -> RevisionRepository.list(handle, state.stack()).stream()
                        .filter(known -> known.number() == placed.revision())
                        .findFirst());
        SyncFacts.Commit commit = revision.map(known -> new SyncFacts.Commit(
                        known.commit(),
                        known.author(),
                        "",
                        known.committedAt(),
                        known.subject(),
                        List.of(),
                        known.from().signature()))
                .orElse(SyncRecords.NO_COMMIT);
        SyncFacts.Origin origin = revision.map(HistoryEntry::from)
                .map(from -> new SyncFacts.Origin(from.source(), from.url(), from.ref()))
                .orElse(new SyncFacts.Origin("", "", ""));
        What what = new What(
                "stack.outcome",
                "Stack/" + state.name(),
                outcome(state),
                state.reason(),
                Reason.camelCase(state.outcome().name()) + " in generation " + state.generation()
                        + (state.message().isEmpty() ? "" : ": " + state.message()));
        audit.append(
                handle,
                AuditEvent.sync(
                        clock.instant(),
                        Who.agent(agent.name(), ""),
                        what,
                        SyncFacts.of(
                                        origin,
                                        commit,
                                        revision.map(known -> known.from().changeKeys())
                                                .orElse(List.of()),
                                        new SyncFacts.Place(state.name(), agent.name(), agent.environment()),
                                        "report")
                                .with(durations(handle, agent, state))));
    }

    /** How long it took from the offer to the report of what came of it; for a site that was offline, with that time. */
    private Map<String, Duration> durations(Handle handle, AgentRecord agent, EntryState state) {
        return TargetStates.find(handle, agent.id(), state.stack())
                .map(TargetState::wanted)
                .filter(wanted -> wanted.generation() == state.generation())
                .map(wanted -> Map.of("offerToReport", Duration.between(wanted.at(), clock.instant())))
                .orElse(Map.of());
    }

    private static AuditEvent.Outcome outcome(EntryState state) {
        return switch (state.outcome()) {
            case APPLIED, REMOVED, CORRECTED, HEALTHY, SUSPENDED, LEFTOVER -> AuditEvent.Outcome.DONE;
            case PENDING -> state.waitsForWindow() ? AuditEvent.Outcome.UNCHANGED : AuditEvent.Outcome.FAILED;
            case ROLLED_BACK, FAILED, UNHEALTHY, DRIFTED -> AuditEvent.Outcome.FAILED;
        };
    }
}
