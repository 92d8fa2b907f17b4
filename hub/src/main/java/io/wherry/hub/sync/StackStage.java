package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.Reason;
import io.wherry.contract.SourceRef;
import io.wherry.contract.StackId;
import io.wherry.hub.approval.ApprovalRepository;
import io.wherry.hub.bundle.BundleRepository;
import io.wherry.hub.policy.Provenance;
import io.wherry.hub.resource.Ref;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.rollout.EntryRepository;
import io.wherry.hub.rollout.PlacedEntry;
import io.wherry.hub.rollout.RolloutRepository;
import io.wherry.hub.source.GitSource;
import io.wherry.hub.source.SourceReason;
import io.wherry.hub.status.StackState;
import io.wherry.hub.status.StackStates;
import io.wherry.hub.sync.Heads.Head;
import io.wherry.hub.sync.Heads.State;
import io.wherry.hub.sync.StackRenderer.When;
import io.wherry.hub.sync.TargetContent.Kept;
import io.wherry.hub.sync.TargetContent.Ready;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Takes one stack through a turn: what it should be from the newest good tree, then what of it may go to its targets. */
final class StackStage {
    private final FleetStores stores;
    private final StackRenderer renderer;
    private final Proposer proposer;
    private final SyncRecords records;
    private final WayBack wayBack;
    private final PolicyGate gate;
    private final ApprovalGate approvals;
    private final Map<StackId, Settled> settled = new ConcurrentHashMap<>();

    StackStage(
            FleetStores stores,
            StackRenderer renderer,
            Proposer proposer,
            SyncRecords records,
            WayBack wayBack,
            ApprovalGate approvals) {
        this.stores = stores;
        this.renderer = renderer;
        this.proposer = proposer;
        this.records = records;
        this.wayBack = wayBack;
        this.gate = new PolicyGate(stores.bundles());
        this.approvals = approvals;
    }

    /**
     * A turn after which there was nothing left to do: the same input again needs no look into the database.
     *
     * @param view what the resources and agents were then
     */
    private record Settled(FleetView view, Prepared prepared) {
        Optional<Head> head() {
            return prepared.head();
        }

        boolean sameAs(Prepared other) {
            return prepared.content()
                            .map(StackContent::targets)
                            .equals(other.content().map(StackContent::targets))
                    && prepared.content()
                            .map(StackContent::failures)
                            .equals(other.content().map(StackContent::failures))
                    && prepared.problem().equals(other.problem())
                    && prepared.from().equals(other.from())
                    && prepared.input().equals(other.input());
        }
    }

    /** What keeps a stack, or some of its targets, from its newest state. */
    record Problem(String reason, String detail) {}

    /**
     * A stack, rendered.
     *
     * @param head    what its reference was
     * @param origin  the commit it was rendered from; absent if no tree could be had
     * @param content absent if no tree could be had: the stack keeps what it has
     * @param problem of the source
     * @param from    what policies judge of where it comes from; absent if no tree could be had
     */
    record Prepared(
            StackInput input,
            Optional<Head> head,
            Optional<Origin> origin,
            Optional<StackContent> content,
            Optional<Problem> problem,
            Optional<Provenance> from) {
        /** One without a tree. */
        Prepared(StackInput input, Optional<Head> head, Optional<Problem> problem) {
            this(input, head, Optional.empty(), Optional.empty(), problem, Optional.empty());
        }
    }

    /**
     * What became of a stack in a turn.
     *
     * @param settled whether the next turn may skip it unless its input changes
     */
    record Brought(StackInput input, Optional<Origin> origin, Proposer.Proposed proposed, boolean settled) {
        int moved() {
            return proposed.moved();
        }
    }

    /** False if nothing that the stack hangs on changed since a turn settled it: neither the resources and agents, nor its reference. */
    boolean mayHaveNews(FleetView view, StackInput input, Heads heads) {
        Settled before = settled.get(input.id());
        return before == null || before.view() != view || !before.head().equals(head(view, input, heads));
    }

    private static Optional<Head> head(FleetView view, StackInput input, Heads heads) {
        return view.findSource(input.stack().source().sourceRef())
                .flatMap(source -> heads.find(
                        GitSource.of(source.uid(), source.resource()),
                        source.resource().follows(input.stack().source().ref())));
    }

    /** The commit that the last settled turn of the stack looked at; what it declares is what the stack has, unless it waits or is pinned. */
    Optional<String> lookedAt(StackId stack) {
        return Optional.ofNullable(settled.get(stack))
                .filter(turn -> turn.prepared().problem().isEmpty())
                .flatMap(turn -> turn.prepared().origin())
                .map(origin -> origin.revision().commit());
    }

    /** Which archive the stack's chart is, for a person; empty if it lies among the files, or was not fetched yet. */
    Optional<String> chart(StackInput input) {
        return renderer.chart(input.id(), input.stack());
    }

    /** Renders the stack. Empty if everything is as it was when a turn last settled it. */
    Optional<Prepared> prepare(FleetView view, StackInput input, Heads heads, Word word, When when) {
        Prepared prepared = render(view, input, heads, when);
        Settled before = settled.get(input.id());
        if (before == null || word.weight() != Word.Weight.NONE || !before.sameAs(prepared)) {
            return Optional.of(prepared);
        }
        prepared.content().ifPresent(content -> renderer.remember(input.id(), content));
        settled.put(input.id(), new Settled(view, prepared));
        return Optional.empty();
    }

    /** As {@link #render(FleetView, StackInput, Heads, When)}, at once. */
    Prepared render(FleetView view, StackInput input, Heads heads) {
        return render(view, input, heads, When.AT_ONCE);
    }

    /** @throws StackRenderer.NotBuilt in a turn alone */
    Prepared render(FleetView view, StackInput input, Heads heads, When when) {
        Optional<Stored<Source>> found = view.findSource(input.stack().source().sourceRef());
        if (found.isEmpty()) {
            return without(
                    input,
                    SyncReason.SOURCE_MISSING,
                    "source " + input.stack().source().sourceRef()
                            + (view.sources().containsKey(input.stack().source().sourceRef())
                                    ? " holds charts, and the files of a stack are in a source of type git, or of type"
                                            + " oci with a ref (a chart's place is named by helm.chartFrom.sourceRef)"
                                    : " does not exist (wherry apply -f it)"));
        }
        Stored<Source> source = found.get();
        Ref ref = source.resource().follows(input.stack().source().ref());
        Optional<Head> head = head(view, input, heads);
        if (head.isEmpty()) {
            return without(input, SyncReason.SOURCE_NOT_FETCHED, "source " + source.name() + " was not fetched yet");
        }
        Optional<Problem> failure =
                head.get().failure().map(failed -> new Problem(code(failed.reason()), failed.detail()));
        if (head.get().state().isEmpty()) {
            return new Prepared(input, head, failure);
        }
        State state = head.get().state().get();
        StackContent content =
                renderer.render(input.id(), input.stack(), input.members(), state.tree(), view.secrets(), when);
        Origin origin = new Origin(
                new SourceRef(
                        source.name(),
                        source.resource().url(),
                        ref.type() + " " + ref.name(),
                        state.revision().commit(),
                        input.stack().source().path(),
                        renderer.chartRef(input.id(), input.stack())),
                state.revision());
        return new Prepared(
                input,
                head,
                Optional.of(origin),
                Optional.of(objected(view, input, content)),
                failure,
                Optional.of(PolicyGate.provenance(input.stack(), source.resource(), ref)));
    }

    /** Reasons that lie in the fleet and not in the files. */
    private StackContent objected(FleetView view, StackInput input, StackContent content) {
        Map<AgentId, TargetContent> targets = new HashMap<>(content.targets());
        for (Member member : input.members()) {
            view.objection(input, member)
                    .or(() -> unable(input, member, content.targets().get(member.id())))
                    .ifPresent(objection -> targets.put(member.id(), objection));
        }
        return new StackContent(targets, content.groups(), content.fresh());
    }

    private Optional<Kept> unable(StackInput input, Member member, @Nullable TargetContent content) {
        return content instanceof Ready ready
                ? Abilities.objection(input.stack(), member, ready, proposer.needsThreshold(member.environment()))
                : Optional.empty();
    }

    private static Prepared without(StackInput input, SyncReason reason, String detail) {
        return new Prepared(input, Optional.empty(), Optional.of(new Problem(reason.code(), detail)));
    }

    private static String code(SourceReason reason) {
        return Reason.camelCase(reason.name());
    }

    /** Bundles are on the disk before anything in the database names them. */
    void store(List<Prepared> prepared) {
        Map<Digest, byte[]> blobs = new TreeMap<>();
        prepared.stream()
                .flatMap(one -> one.content().stream())
                .flatMap(content -> content.fresh().stream())
                .forEach(fresh -> blobs.putAll(fresh.packed().blobs()));
        if (!blobs.isEmpty()) {
            stores.bundles().putAll(blobs);
        }
    }

    /** Writes what the stacks' turn gives, in one transaction. */
    List<Brought> propose(FleetView view, List<Prepared> prepared, Word word) {
        if (prepared.isEmpty()) {
            return List.of();
        }
        List<Brought> brought = stores.database().write(handle -> {
            List<Brought> all = new ArrayList<>();
            for (Prepared one : prepared) {
                propose(handle, view, one, word).ifPresent(all::add);
            }
            return all;
        });
        for (Prepared one : prepared) {
            one.content().ifPresent(content -> {
                renderer.remember(one.input().id(), content);
                if (brought.stream()
                        .anyMatch(done -> done.settled() && done.input().equals(one.input()))) {
                    settled.put(one.input().id(), new Settled(view, one));
                }
            });
        }
        records.deployed(brought);
        return brought;
    }

    private Optional<Brought> propose(Handle handle, FleetView view, Prepared prepared, Word given) {
        StackInput input = prepared.input();
        StackState before =
                StackStates.find(handle, input.id()).orElseGet(() -> StackState.unknown(input.id(), input.name()));
        if (prepared.content().isEmpty()) {
            records.state(handle, before, records.troubled(before, input, prepared.problem()), false);
            return Optional.empty();
        }
        StackContent content = prepared.content().get();
        boolean failsAnew = content.failsAnew(renderer.groups(input.id()));
        records.packed(handle, input.id(), content, renderer.groups(input.id()));
        WayBack.Course course = wayBack.follow(
                handle,
                input,
                before,
                content.targets(),
                pinned -> pinned(handle, view, input, pinned, content),
                given);
        StackState state = course.state();
        Optional<Origin> origin = origin(handle, input, state, prepared.origin());
        PolicyGate.Judged judged = judged(handle, view, prepared, content, state);
        records.refusals().note(handle, input, judged, origin);
        Map<AgentId, TargetContent> wanted = judged.targets();
        Map<AgentId, TargetContent> targets = placeable(handle, input, wanted);
        Map<AgentId, TargetContent> approved = approvals.gated(handle, input, state, targets);
        approvals.note(handle, input, approved, judged.what(), origin);
        Proposer.Proposed proposed = proposer.propose(handle, input, approved, origin, state, course.word());
        StackState next = records.judged(proposed, origin, prepared.problem(), input);
        records.state(handle, before, next, failsAnew);
        if (proposed.moved() > 0) {
            records.audit(handle, input, origin, state.commit(), proposed);
        }
        if (wayBack.isToFollow(handle, input, next)) {
            return propose(handle, view, prepared, given); // in the same transaction: no hub is ever found half turned
        }
        boolean passes = targets.values().stream().anyMatch(target -> target instanceof Kept kept && kept.passes());
        return Optional.of(new Brought(input, origin, proposed, targets.equals(wanted) && !passes));
    }

    /** Where the content comes from: that of a pinned stack from the commit of its revision, whatever its source says by now. */
    static Optional<Origin> origin(Handle handle, StackInput input, StackState state, Optional<Origin> rendered) {
        if (!state.pinned()) {
            return rendered;
        }
        return RevisionRepository.list(handle, input.id()).stream()
                .filter(entry -> entry.number() == state.pinnedRevision()
                        && !entry.commit().isEmpty())
                .findFirst()
                .flatMap(entry -> rendered.map(origin -> origin.at(entry)));
    }

    /** What each target should have, as far as it can be had there, and policies and people let it through. */
    Map<AgentId, TargetContent> targets(
            Handle handle, FleetView view, Prepared prepared, StackContent content, StackState state) {
        StackInput input = prepared.input();
        return approvals.gated(
                handle,
                input,
                state,
                placeable(
                        handle,
                        input,
                        judged(handle, view, prepared, content, state).targets()));
    }

    private PolicyGate.Judged judged(
            Handle handle, FleetView view, Prepared prepared, StackContent content, StackState state) {
        StackInput input = prepared.input();
        return gate.judge(handle, prepared, state, pinned(handle, view, input, state, content));
    }

    /** Takes out what would end up under a project that something else there has, or in an assignment that is full. */
    private Map<AgentId, TargetContent> placeable(
            Handle handle, StackInput input, Map<AgentId, TargetContent> targets) {
        Map<AgentId, PlacedEntry> has = new HashMap<>();
        EntryRepository.ofStack(handle, input.id()).forEach(entry -> has.put(entry.agent(), entry));
        Map<AgentId, TargetContent> placeable = new HashMap<>(targets);
        for (Member member : input.members()) {
            if (targets.get(member.id()) instanceof TargetContent.Ready ready) {
                Placement.objection(handle, input, member, ready, Optional.ofNullable(has.get(member.id())))
                        .ifPresent(objection -> placeable.put(member.id(), objection));
            }
        }
        return placeable;
    }

    /** A pinned stack has the content of its revision, whatever its source says. */
    private Map<AgentId, TargetContent> pinned(
            Handle handle, FleetView view, StackInput input, StackState state, StackContent content) {
        if (!state.pinned()) {
            return content.targets();
        }
        var targets = RevisionRepository.targets(handle, input.id(), state.pinnedRevision());
        Map<AgentId, Digest> bundles = new HashMap<>();
        targets.forEach(target -> bundles.put(target.agent(), target.bundle()));
        Optional<Digest> only = bundles.values().stream().distinct().count() == 1
                ? bundles.values().stream().findFirst()
                : Optional.empty();
        Map<AgentId, TargetContent> pinned = new HashMap<>();
        for (Member member : input.members()) {
            Optional<Digest> bundle =
                    Optional.ofNullable(bundles.get(member.id())).or(() -> only);
            pinned.put(
                    member.id(),
                    content.targets().get(member.id()) instanceof Kept kept && !kept.ofFiles()
                            ? kept
                            : bundle.map(digest ->
                                            renderer.content(handle, input.stack(), member, digest, view.secrets()))
                                    .map(ready -> unable(input, member, ready)
                                            .<TargetContent>map(old -> old)
                                            .orElse(ready))
                                    .orElseGet(() -> new Kept(
                                            SyncReason.NOT_IN_PINNED_REVISION,
                                            member.name() + " had no part in revision " + state.pinnedRevision())));
        }
        return pinned;
    }

    /** The stack is gone from the hub. */
    void forget(Handle handle, StackId stack) {
        renderer.forget(stack);
        settled.remove(stack);
        BundleRepository.putGroups(handle, stack, Map.of());
        ImagePinRepository.keepOnly(handle, stack, Set.of());
        RolloutRepository.forget(handle, stack);
        RefusalRepository.forget(handle, stack);
        ApprovalRepository.forget(handle, stack);
    }

    /** A person changed something about it that the input does not show: look at it again. */
    void unsettle(StackId stack) {
        settled.remove(stack);
    }
}
