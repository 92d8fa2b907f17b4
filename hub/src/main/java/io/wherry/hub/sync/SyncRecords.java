package io.wherry.hub.sync;

import io.wherry.base.Counted;
import io.wherry.contract.Reason;
import io.wherry.contract.StackId;
import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.audit.SyncFacts;
import io.wherry.hub.bundle.BundleRepository;
import io.wherry.hub.bundle.RenderGroupRecord;
import io.wherry.hub.release.WaitingRelease;
import io.wherry.hub.resource.Ref;
import io.wherry.hub.resource.Source;
import io.wherry.hub.source.GitSource;
import io.wherry.hub.source.Merged;
import io.wherry.hub.source.Revision;
import io.wherry.hub.source.SourceChecks;
import io.wherry.hub.status.Event.Severity;
import io.wherry.hub.status.Events;
import io.wherry.hub.status.StackState;
import io.wherry.hub.status.StackStates;
import io.wherry.hub.status.StatusReason;
import io.wherry.hub.sync.StackStage.Brought;
import io.wherry.hub.sync.StackStage.Problem;
import io.wherry.hub.sync.TargetContent.Kept;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** Writes down what a turn did: the stack's state, events for people who look now, the audit log for those who look later. */
final class SyncRecords {
    private static final Logger LOG = System.getLogger(SyncRecords.class.getName());

    /** Targets named in one problem; the plan names all. */
    private static final int MAX_NAMED = 10;

    private static final Set<String> ROLLOUT = Set.of(
            StatusReason.ROLLING_OUT.code(),
            StatusReason.ROLLOUT_GATED.code(),
            StatusReason.ROLLOUT_PAUSED.code(),
            StatusReason.ROLLOUT_ABORTED.code(),
            StatusReason.ROLLOUT_REVERTING.code(),
            StatusReason.ROLLOUT_REVERTED.code());

    private final FleetStores stores;
    private final SourceChecks checks;
    private final Events events;
    private final InstantSource clock;
    private final PolicyRefusals refusals;
    private final CommitLog commits;

    SyncRecords(FleetStores stores, SourceChecks checks, CommitLog commits, Events events, InstantSource clock) {
        this.stores = stores;
        this.checks = checks;
        this.commits = commits;
        this.events = events;
        this.clock = clock;
        this.refusals = new PolicyRefusals(stores.audit(), clock);
    }

    PolicyRefusals refusals() {
        return refusals;
    }

    /** @param before what the groups were rendered to until now */
    void packed(Handle handle, StackId stack, StackContent content, Map<String, RenderGroupRecord> before) {
        content.fresh()
                .forEach(fresh -> BundleRepository.packed(handle, fresh.inputs(), fresh.record(), clock.instant()));
        if (!content.groups().equals(before)) {
            BundleRepository.putGroups(handle, stack, content.groups());
            ImagePinRepository.keepOnly(
                    handle, stack, DigestBook.files(content.groups().values()));
        }
    }

    /** The state of a stack whose tree cannot be had: everything stays, and why is written down. */
    StackState troubled(StackState state, StackInput input, Optional<Problem> problem) {
        Problem why = problem.orElse(
                new Problem(SyncReason.SOURCE_NOT_FETCHED.code(), "no commit of " + input.name() + " is known yet"));
        return state.troubled(why.reason(), why.detail(), clock.instant());
    }

    /** The state after a proposal: what was offered, what waits, what could not be had. */
    StackState judged(
            Proposer.Proposed proposed, Optional<Origin> origin, Optional<Problem> sourceProblem, StackInput input) {
        StackState state = proposed.state();
        Instant now = clock.instant();
        state = switch (proposed.decided()) {
            case OfferDecision.Offer() ->
                offered(proposed, origin)
                        .waiting(
                                proposed.awaits().isEmpty() ? "" : StatusReason.AWAITING_APPROVAL.code(),
                                awaited(proposed.awaits()));
            case OfferDecision.Partly(var reason, String detail) ->
                offered(proposed, origin).waiting(reason.code(), detail);
            case OfferDecision.Wait(var reason, String detail) -> state.waiting(reason.code(), detail);
        };
        Optional<Problem> problem = kept(proposed.plan(), input).or(() -> sourceProblem);
        return problem.map(why -> why.detail()).isPresent()
                ? state.troubled(problem.get().reason(), problem.get().detail(), now)
                : state.troubled("", "", now);
    }

    private static StackState offered(Proposer.Proposed proposed, Optional<Origin> origin) {
        return origin.filter(
                        _ -> proposed.moved() > 0 || proposed.state().commit().isEmpty())
                .map(from -> proposed.state().renderedFrom(from.revision().commit()))
                .orElse(proposed.state());
    }

    /** One sentence of all that approvers have yet to sign. */
    static String awaited(List<WaitingRelease> waiting) {
        return waiting.stream().map(WaitingRelease::summary).collect(Collectors.joining("; "));
    }

    private static Optional<Problem> kept(Proposal plan, StackInput input) {
        if (plan.kept().isEmpty()) {
            return Optional.empty();
        }
        Kept first = plan.kept().values().iterator().next();
        boolean alike = plan.kept().size() == input.members().size()
                && plan.kept().values().stream().distinct().count() == 1;
        if (alike) {
            return Optional.of(new Problem(first.reason().code(), first.detail()));
        }
        StringBuilder detail = new StringBuilder();
        detail.append(plan.kept().size())
                .append(" of ")
                .append(input.members().size())
                .append(" targets:");
        plan.kept().entrySet().stream().limit(MAX_NAMED).forEach(entry -> detail.append('\n')
                .append(entry.getKey().name())
                .append(": ")
                .append(entry.getValue().detail()));
        return Optional.of(new Problem(first.reason().code(), detail.toString()));
    }

    /**
     * Writes the state if it differs, and tells people of what began or ended.
     *
     * @param failsAnew whether other files failed than before: news, also in the same words
     */
    void state(Handle handle, StackState before, StackState now, boolean failsAnew) {
        boolean same =
                before.equals(now) && StackStates.find(handle, now.stack()).isPresent();
        if (same && !failsAnew) {
            return;
        }
        if (!same) {
            StackStates.put(handle, now);
        }
        if (!now.waitsFor().isEmpty()
                && !ROLLOUT.contains(now.waitsFor()) // told by RolloutEvents, as it goes on
                && !(now.waitsFor() + now.waitsDetail()).equals(before.waitsFor() + before.waitsDetail())) {
            events.raise(
                    handle,
                    Severity.WARNING,
                    "Stack",
                    now.name(),
                    reason(now.waitsFor()),
                    now.waitsDetail(),
                    now.next());
        }
        if (!now.problem().isEmpty()
                && isOwn(now.problem())
                && ((failsAnew && now.problem().equals(SyncReason.RENDER_FAILED.code()))
                        || !(now.problem() + now.problemDetail()).equals(before.problem() + before.problemDetail()))) {
            events.raise(
                    handle,
                    Severity.ALARM,
                    "Stack",
                    now.name(),
                    reason(now.problem()),
                    now.problemDetail() + (now.problemDetail().contains("\n") ? "\n" : "; ")
                            + "what was deployed stays",
                    "wherry stack plan " + now.name());
        }
    }

    /** Whether the stack itself is at fault; what its source suffers from is told once, of the source, and what passes in a moment not at all. */
    private static boolean isOwn(String problem) {
        return Arrays.stream(SyncReason.values())
                .filter(own -> !StackState.passes(own.code()))
                .anyMatch(own -> own.code().equals(problem));
    }

    /** A turn broke at this stack: it keeps what it has, the others go on, and a person is told. */
    void broken(StackInput input, RuntimeException cause) {
        LOG.log(Level.ERROR, () -> "stack " + input.name() + ": its turn broke; it keeps what it has", cause);
        stores.database().run(handle -> {
            StackState before =
                    StackStates.find(handle, input.id()).orElseGet(() -> StackState.unknown(input.id(), input.name()));
            state(
                    handle,
                    before,
                    before.troubled(SyncReason.TURN_FAILED.code(), cause.toString(), clock.instant()),
                    false);
        });
    }

    /** A code that is known only as text, as it comes from a source. */
    private static Reason reason(String code) {
        return new Reason() {
            @Override
            public String name() {
                return code;
            }

            @Override
            public String code() {
                return code;
            }
        };
    }

    /** One record of what moved, with the change keys of every commit since the one deployed before. */
    void audit(
            Handle handle,
            StackInput input,
            Optional<Origin> origin,
            String deployedBefore,
            Proposer.Proposed proposed) {
        Word word = proposed.word();
        Who who = word.actor().equals(Word.HUB) ? Who.HUB : Who.user(word.actor(), "");
        What what = new What(
                "stack.offer",
                "Stack/" + input.name(),
                AuditEvent.Outcome.DONE,
                "",
                "revision " + proposed.state().revision() + " offered to " + Counted.of(proposed.moved(), "target")
                        + (word.reason().isEmpty() ? "" : ": " + word.reason()));
        SyncFacts.Origin from = origin.map(SyncRecords::origin).orElse(new SyncFacts.Origin("", "", ""));
        List<String> keys = Stream.concat(
                        changeKeys(handle, origin, deployedBefore).stream(),
                        Stream.of(word.change()).filter(change -> !change.isEmpty()))
                .distinct()
                .toList();
        SyncFacts facts = SyncFacts.of(
                from,
                origin.map(came -> came.revision().facts()).orElse(NO_COMMIT),
                keys,
                new SyncFacts.Place(input.name(), "", ""),
                word.cause());
        RevisionRepository.addFrom(
                handle,
                input.id(),
                proposed.state().revision(),
                new HistoryEntry.From(
                        from.source(),
                        from.url(),
                        from.ref(),
                        keys,
                        origin.map(came -> came.revision().signature()).orElse(Revision.UNCHECKED)));
        stores.audit().append(handle, AuditEvent.sync(clock.instant(), who, what, facts));
    }

    static final SyncFacts.Commit NO_COMMIT =
            new SyncFacts.Commit("", "", "", Instant.EPOCH, "", List.of(), Revision.UNCHECKED);

    static SyncFacts.Origin origin(Origin origin) {
        return new SyncFacts.Origin(
                origin.source().name(), origin.source().url(), origin.source().ref());
    }

    private List<String> changeKeys(Handle handle, Optional<Origin> origin, String deployedBefore) {
        return origin.stream()
                .flatMap(from -> commits.until(handle, from, deployedBefore).stream())
                .map(Merged::changeKeys)
                .flatMap(List::stream)
                .distinct()
                .toList();
    }

    /** Tells the mirrors to hold on to what was just deployed. */
    void deployed(List<Brought> brought) {
        Map<String, Map<Ref, Map<String, String>>> bySource = new HashMap<>();
        for (Brought one : brought) {
            one.origin().filter(origin -> one.moved() > 0).ifPresent(origin -> {
                String name = origin.source().name();
                bySource.computeIfAbsent(name, source -> new HashMap<>())
                        .computeIfAbsent(ref(one.input(), name), ref -> new HashMap<>())
                        .put(one.input().id().value(), origin.revision().commit());
            });
        }
        bySource.forEach((name, refs) -> stores.resources()
                .find(Source.class, name)
                .filter(source -> !source.resource().type().holdsCharts())
                .ifPresent(source -> deployed(GitSource.of(source.uid(), source.resource()), refs)));
    }

    /** A stack may have gone back to a commit that a rewritten history no longer has: then there is nothing to hold on to. */
    private void deployed(GitSource source, Map<Ref, Map<String, String>> refs) {
        Map<String, Boolean> present = new HashMap<>();
        refs.forEach((ref, commits) -> {
            commits.values()
                    .removeIf(commit -> !present.computeIfAbsent(
                            commit, id -> checks.revision(source, id).isPresent()));
            if (!commits.isEmpty()) {
                checks.deployed(source, ref, commits);
            }
        });
    }

    private Ref ref(StackInput input, String source) {
        Optional<Ref> own = input.stack().source().ref();
        return stores.resources()
                .find(Source.class, source)
                .map(stored -> stored.resource().follows(own))
                .orElseGet(() -> own.orElse(Source.DEFAULT_REF));
    }
}
