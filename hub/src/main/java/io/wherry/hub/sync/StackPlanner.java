package io.wherry.hub.sync;

import io.wherry.base.Counted;
import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.Limits;
import io.wherry.contract.Manifest;
import io.wherry.contract.ObjectVariables;
import io.wherry.contract.Outcome;
import io.wherry.contract.SiteQuestion;
import io.wherry.contract.SiteVariableException;
import io.wherry.contract.SiteVariables;
import io.wherry.contract.SwarmMode;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.approval.AwaitedPlan;
import io.wherry.hub.bundle.BundleStore;
import io.wherry.hub.resource.ComposeSpec;
import io.wherry.hub.resource.KubernetesSpec;
import io.wherry.hub.rollout.EntryRepository;
import io.wherry.hub.rollout.PlacedEntry;
import io.wherry.hub.rollout.RolloutLook;
import io.wherry.hub.status.StackState;
import io.wherry.hub.status.StackStates;
import io.wherry.hub.status.TargetState;
import io.wherry.hub.status.TargetStates;
import io.wherry.hub.sync.StackPlan.Action;
import io.wherry.hub.sync.StackPlan.TakeOver;
import io.wherry.hub.sync.StackPlan.TargetPlan;
import io.wherry.hub.sync.StackStage.Prepared;
import io.wherry.hub.sync.TargetContent.Awaiting;
import io.wherry.hub.sync.TargetContent.Kept;
import io.wherry.hub.sync.TargetContent.Ready;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** Answers "what would happen?" and writes nothing but the bundles it had to pack. */
final class StackPlanner {
    /** {@code KIND/NAMESPACE/NAME}; what else a model holds has other names. */
    private static final int OBJECT_NAME_PARTS = 3;

    /** Told of a stack; a person mends the first few and looks again. */
    private static final int MAX_WARNINGS = 20;

    private final FleetStores stores;
    private final StackStage stage;
    private final Proposer proposer;
    private final RolloutLook look;
    private final InstantSource clock;

    StackPlanner(FleetStores stores, StackStage stage, Proposer proposer, RolloutLook look, InstantSource clock) {
        this.stores = stores;
        this.stage = stage;
        this.proposer = proposer;
        this.look = look;
        this.clock = clock;
    }

    StackPlan plan(FleetView view, StackInput input, Heads heads) {
        Prepared prepared = stage.render(view, input, heads);
        stage.store(List.of(prepared)); // not named by anything yet: collected an hour later unless it is offered
        return stores.database().read(handle -> plan(handle, view, input, prepared));
    }

    /**
     * What a person's word would move.
     *
     * @param news     those that would get something new now
     * @param kept     those that would get nothing now, and why
     * @param awaiting those that would get it once people have approved it
     */
    record Move(Collection<Member> news, Map<Member, Kept> kept, Collection<Member> awaiting) {
        /** With those that may get it later, by the same word. */
        Collection<Member> reached() {
            return Stream.of(news, kept.keySet(), awaiting)
                    .flatMap(Collection::stream)
                    .toList();
        }
    }

    /** @param at how the stack would be: as it is, or pinned to another revision */
    Move moved(FleetView view, StackInput input, Heads heads, UnaryOperator<StackState> at) {
        Prepared prepared = stage.render(view, input, heads);
        stage.store(List.of(prepared));
        if (prepared.content().isEmpty()) {
            return new Move(
                    input.members(), Map.of(), List.of()); // whom it reaches is not known before its source is there
        }
        StackContent content = prepared.content().get();
        return stores.database().read(handle -> {
            StackState state = at.apply(
                    StackStates.find(handle, input.id()).orElseGet(() -> StackState.unknown(input.id(), input.name())));
            Proposal proposal = proposer.plan(handle, input, stage.targets(handle, view, prepared, content, state));
            return new Move(
                    proposal.news(), proposal.kept(), proposal.awaiting().keySet());
        });
    }

    private StackPlan plan(Handle handle, FleetView view, StackInput input, Prepared prepared) {
        StackState state =
                StackStates.find(handle, input.id()).orElseGet(() -> StackState.unknown(input.id(), input.name()));
        List<String> notes = new ArrayList<>();
        if (state.pinned()) {
            notes.add("pinned to revision " + state.pinnedRevision() + " (wherry stack pin " + input.name()
                    + " --clear)");
        }
        if (!state.waitsFor().isEmpty()) {
            notes.add(state.waitsFor() + ": " + state.waitsDetail());
        }
        stage.chart(input).ifPresent(notes::add);
        prepared.content().ifPresent(content -> notes.addAll(warnings(content)));
        prepared.problem().ifPresent(problem -> notes.add(problem.reason() + ": " + problem.detail()));
        String commit = StackStage.origin(handle, input, state, prepared.origin())
                .map(origin -> origin.revision().commit())
                .orElse("");
        if (prepared.content().isEmpty()) {
            return new StackPlan(input.name(), commit, notes, List.of());
        }
        Map<AgentId, TargetContent> content =
                stage.targets(handle, view, prepared, prepared.content().get(), state);
        Proposal proposal = proposer.plan(handle, input, content);
        if (alwaysApplies(input)) {
            notes.add("alwaysApply: the whole state is applied at "
                    + Counted.of(input.members().size(), "target") + " every "
                    + io.wherry.base.Durations.format(
                            input.stack().apply().sync().siteInterval()));
        }
        proposal.objection(has(handle, input), content, entry -> proposer.objects(handle, entry))
                .ifPresent(objection -> notes.add("waits for a person's confirmation: " + objection));
        List<Member> waiting = proposal.news().stream()
                .filter(member -> member.waitsForPerson().isPresent())
                .toList();
        if (!state.pinned() && !waiting.isEmpty()) {
            notes.add(Governed.waiting(waiting, input.name()));
        }
        Collection<Member> coming = Stream.concat(proposal.news().stream(), proposal.awaiting().keySet().stream())
                .toList();
        if (!state.pinned() && !coming.isEmpty()) {
            waves(input, coming).ifPresent(notes::add);
        }
        Optional<Digest> awaited = Optional.of(ApprovalGate.asks(content.values()))
                .filter(asks -> !asks.isEmpty())
                .map(asks -> AwaitedPlan.hash(input.id(), asks));
        return new StackPlan(input.name(), commit, notes, targets(handle, view, input, content, proposal), awaited);
    }

    /** Of all groups together: most of them come of the same files. */
    private static List<String> warnings(StackContent content) {
        return content.groups().values().stream()
                .flatMap(group -> group.warnings().stream())
                .distinct()
                .sorted()
                .limit(MAX_WARNINGS)
                .map(warning -> "warning: " + warning)
                .toList();
    }

    /** Who would be in which wave, for a person. */
    private Optional<String> waves(StackInput input, Collection<Member> coming) {
        return input.isPolicyMissing()
                ? Optional.of(input.missingPolicy())
                : input.policy()
                        .map(policy -> RolloutWords.waves(policy, RolloutGate.waves(look, policy, coming), coming));
    }

    private List<TargetPlan> targets(
            Handle handle, FleetView view, StackInput input, Map<AgentId, TargetContent> content, Proposal proposal) {
        Map<AgentId, PlacedEntry> has = has(handle, input);
        Map<AgentId, Instant> asOf = new HashMap<>();
        Map<AgentId, String> failed = new HashMap<>();
        Map<AgentId, String> waits = new HashMap<>();
        TargetStates.ofStack(handle, input.id()).forEach(target -> {
            asOf.put(target.agent(), asOf(target));
            failure(target).ifPresent(why -> failed.put(target.agent(), why));
            waiting(target).ifPresent(why -> waits.put(target.agent(), why));
        });
        List<TargetPlan> targets = new ArrayList<>();
        for (Member member : input.members()) {
            Optional<PlacedEntry> entry =
                    Optional.ofNullable(has.get(member.id())).filter(PlacedEntry::runs);
            Instant reported = asOf.getOrDefault(member.id(), Instant.EPOCH);
            Optional<Awaiting> awaiting =
                    Optional.ofNullable(proposal.awaiting().get(member));
            if (awaiting.<TargetContent>map(Awaiting::content).orElse(content.get(member.id()))
                    instanceof Ready ready) {
                Json.Obj wanted = content(ready.bundle().ref().digest(), ready.variables(), wanted(ready));
                ModelDiff diff = ModelDiff.between(
                        entry.flatMap(had ->
                                        had.bundle().map(bundle -> content(bundle.digest(), had.variables(), had(had))))
                                .orElse(ModelDiff.NOTHING),
                        wanted);
                Action action = entry.isEmpty()
                        ? Action.CREATE
                        : proposal.news().contains(member) || awaiting.isPresent() ? Action.CHANGE : Action.UNCHANGED;
                List<String> notes = new ArrayList<>(SiteRefusals.of(member, action, wanted));
                awaiting.map(ApprovalWords::one).ifPresent(notes::add);
                if (action == Action.UNCHANGED && waits.containsKey(member.id())) {
                    notes.add(waits.get(member.id()));
                }
                if (action == Action.CREATE || action == Action.CHANGE) {
                    notes.addAll(Governed.windows(member, clock.instant()));
                    notes.addAll(NotUndone.of(diff, wanted));
                }
                if (action == Action.CHANGE) {
                    notes.addAll(WritableMounts.of(diff, wanted));
                    if (!SwarmMode.isAsked(wanted)) { // a swarm starts first wherever it is told to
                        notes.addAll(StoppedFirst.of(diff, wanted));
                    }
                }
                Optional<String> problem =
                        Optional.ofNullable(failed.get(member.id())).filter(_ -> action == Action.UNCHANGED);
                targets.add(new TargetPlan(member.id(), member.name(), action, problem, diff, notes, reported)
                        .takingOver(takeOver(input, action, ready))
                        .asking(question(input, ready, diff)));
            } else if (content.get(member.id()) instanceof Kept kept) {
                String why = kept.reason().code() + ": " + kept.detail();
                targets.add(new TargetPlan(
                        member.id(), member.name(), Action.KEEP, Optional.of(why), unchanged(), List.of(), reported));
            }
        }
        proposal.lost()
                .forEach(entry -> targets.add(new TargetPlan(
                        entry.agent(),
                        view.member(entry.agent())
                                .map(Member::name)
                                .orElse(entry.agent().value()),
                        Action.DETACH,
                        Optional.empty(),
                        unchanged(),
                        List.of(),
                        asOf.getOrDefault(entry.agent(), Instant.EPOCH))));
        return targets;
    }

    private Optional<TakeOver> takeOver(StackInput input, Action action, Ready ready) {
        boolean something = action == Action.CREATE || action == Action.CHANGE;
        return input.stack().format() instanceof ComposeSpec compose && compose.adopt() && something
                ? Optional.of(new TakeOver(
                        input.id(),
                        input.name(),
                        input.stack().project(),
                        SiteVariables.substitute(
                                model(stores.bundles(), ready.bundle().ref().digest()), ready.variables())))
                : Optional.empty();
    }

    /** What is on a cluster only its agent sees, drift too, so it is asked also where nothing is new. */
    private Optional<SiteQuestion.Plan> question(StackInput input, Ready ready, ModelDiff diff) {
        if (!(input.stack().format() instanceof KubernetesSpec kubernetes)) {
            return Optional.empty();
        }
        List<String> mayGo = input.stack().apply().prune()
                ? diff.removed().stream()
                        .filter(name -> name.split("/", -1).length == OBJECT_NAME_PARTS && !name.contains(" "))
                        .limit(Limits.DELETE_PERMISSIONS)
                        .toList()
                : List.of();
        return Optional.of(new SiteQuestion.Plan(
                input.id(),
                input.name(),
                atSite(model(stores.bundles(), ready.bundle().ref().digest()), ready.variables()),
                kubernetes.adopt(),
                mayGo));
    }

    private static SortedMap<String, Json.Obj> wanted(Ready ready) {
        SortedMap<String, Json.Obj> versions = new TreeMap<>();
        ready.secrets().forEach((name, ref) -> versions.put(name, version(ref.uid(), ref.version())));
        return versions;
    }

    private static SortedMap<String, Json.Obj> had(PlacedEntry entry) {
        SortedMap<String, Json.Obj> versions = new TreeMap<>();
        entry.secrets().forEach(one -> versions.put(one.name(), version(one.uid(), one.version())));
        return versions;
    }

    /** Which value, without the value. */
    private static Json.Obj version(String uid, long version) {
        return Json.object().put("uid", uid).put("version", version).build();
    }

    /**
     * The Compose model of a stored bundle, and beside it the files that come along, each as what it is compared by, the target's values, and
     * which versions its secrets have.
     */
    private Json.Obj content(Digest bundle, SortedMap<String, String> variables, SortedMap<String, Json.Obj> versions) {
        Json.Builder files = Json.object();
        stores.bundles()
                .read(bundle)
                .map(Manifest::parse)
                .map(Manifest::files)
                .orElse(List.of())
                .forEach(file -> files.put(
                        file.path(),
                        Json.object()
                                .put("content", file.digest().toString())
                                .put("executable", file.executable())
                                .build()));
        Json.Builder content = Json.object();
        atSite(model(stores.bundles(), bundle), variables).fields().forEach(content::put);
        Json.Builder values = Json.object();
        variables.forEach((name, value) ->
                values.put(name, Json.object().put("value", value).build()));
        if (!versions.isEmpty()) {
            Json.Builder secrets = Json.object();
            versions.forEach(secrets::put);
            content.put(ModelDiff.SECRET_VALUES, secrets.build());
        }
        return content.put(ModelDiff.FILES, files.build())
                .put(ModelDiff.VARIABLES, values.build())
                .build();
    }

    /** Objects with the target's own values, as it will carry them out; a Compose model as it is. */
    private static Json.Obj atSite(Json.Obj model, SortedMap<String, String> variables) {
        try {
            return ObjectVariables.substitute(model, variables);
        } catch (SiteVariableException e) {
            return model; // its agent refuses it in those words; the placeholders show what it is about
        }
    }

    static Json.Obj model(BundleStore store, Digest bundle) {
        return store.read(bundle)
                .map(Manifest::parse)
                .flatMap(manifest -> store.read(manifest.model().digest()))
                .map(JsonReader::object)
                .orElse(ModelDiff.NOTHING);
    }

    private static Map<AgentId, PlacedEntry> has(Handle handle, StackInput input) {
        Map<AgentId, PlacedEntry> has = new HashMap<>();
        EntryRepository.ofStack(handle, input.id()).forEach(entry -> has.put(entry.agent(), entry));
        return has;
    }

    private static boolean alwaysApplies(StackInput input) {
        return input.stack().apply().sync().alwaysApply();
    }

    private static ModelDiff unchanged() {
        return ModelDiff.between(ModelDiff.NOTHING, ModelDiff.NOTHING);
    }

    /** What became of the very thing that is planned, where it was refused or taken back: it is not tried again by itself. */
    private static Optional<String> failure(TargetState target) {
        return target.current()
                .filter(state -> state.outcome() == Outcome.FAILED || state.outcome() == Outcome.ROLLED_BACK)
                .map(state -> "it does not run what it was offered: "
                        + (state.reason().isEmpty() ? "" : state.reason() + ": ") + state.message()
                        + " (once that is mended: wherry stack sync " + target.stackName() + " --retry)");
    }

    /** What the site has of it and does not begin yet: for its window, its engine, a person, another stack. */
    private static Optional<String> waiting(TargetState target) {
        return target.current()
                .filter(state -> state.outcome() == Outcome.PENDING)
                .map(state -> "it has been offered this, and waits"
                        + (state.reason().isEmpty() ? "" : ": " + state.reason()) + ": " + state.message());
    }

    private static Instant asOf(TargetState target) {
        return target.reportedAt();
    }
}
