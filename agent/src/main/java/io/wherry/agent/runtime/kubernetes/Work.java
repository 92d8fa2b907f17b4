package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Change;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Outlook;
import io.wherry.agent.runtime.Part;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.SecretMask;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.runtime.kubernetes.ApplySet.Scope;
import io.wherry.agent.runtime.kubernetes.Inventory.Member;
import io.wherry.agent.runtime.kubernetes.drift.DriftRules;
import io.wherry.contract.Difference;
import io.wherry.contract.ObjectName;
import io.wherry.contract.health.HealthRules;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One deployment on one cluster: everything that a call of the runtime needs, made anew for each. */
final class Work {
    private static final Logger LOG = System.getLogger(Work.class.getName());

    private final Deployment deployment;
    private final KubernetesModel model;
    private final ClusterApi api;
    private final Discovery discovery;
    private final ApplySet set;
    private final Namespaces namespaces;
    private final Inventory inventory;
    private final DriftRules rules;
    private final Sightings sightings;
    private final Vigils vigils;
    private final Unchanged unchanged;
    private final AdoptedObjects adopted;
    private final Waits waits;
    private final Undeclared undeclared;
    private final InstantSource clock;

    private Work(
            Deployment deployment, KubernetesModel model, ClusterApi api, Discovery discovery, Surroundings around) {
        this.deployment = deployment;
        this.model = model;
        this.api = api;
        this.discovery = discovery;
        this.set = new ApplySet(deployment.identity(), around.owner(), around.former(), model.namespace());
        this.namespaces = new Namespaces(api);
        this.inventory = new Inventory(api, discovery, set, namespaces, deployment.adopt());
        this.rules = rules(deployment.model(), around.hashKey());
        this.sightings = around.sightings().of(deployment.identity().stack(), deployment.model());
        this.vigils = around.vigils();
        this.unchanged = vigils.unchanged(deployment.identity().stack());
        this.adopted = AdoptedObjects.of(deployment.identity(), around.hashKey());
        this.waits = new Waits(around.passing());
        this.undeclared = new Undeclared(deployment, new Undeclared.Place(api, discovery, set, inventory), waits);
        this.clock = around.clock();
    }

    /** What is the same for all deployments. */
    record Surroundings(
            String owner,
            Set<String> former,
            byte[] hashKey,
            InstantSource clock,
            InstantSource passing,
            Sightings.OfAll sightings,
            Vigils vigils) {}

    /** @throws ModelException if the model is none that this runtime carries out */
    static Work of(
            Deployment deployment, ClusterApi agent, Function<ClusterApi, Discovery> discoveries, Surroundings around) {
        KubernetesModel model =
                KubernetesModel.of(deployment.model(), deployment.identity().project(), deployment.secrets());
        ClusterApi api = agent.as(model.namespace(), model.serviceAccount());
        return new Work(deployment, model, api, discoveries.apply(api), around);
    }

    private static DriftRules rules(Json.Obj model, byte[] hashKey) {
        try {
            return DriftRules.parse(model, hashKey);
        } catch (JsonException e) {
            throw ModelException.invalid("model: " + e.getMessage());
        }
    }

    /** The same, asking the cluster anew what it serves. */
    Work freshly() {
        discovery.forget();
        return this;
    }

    /** The same, asking anew unless all that it declares is watched: a kind that is not served any more ends its watch, and takes its objects along. */
    Work freshlyBut(Unchanged watched) {
        return watched.covers(model, discovery, marks().selector()) ? this : freshly();
    }

    /** Lists of the stack that were watched when this work began. */
    Unchanged unchanged() {
        return unchanged;
    }

    ClusterApi api() {
        return api;
    }

    /** @throws ModelException if a kind is unknown */
    List<Declared> declared() {
        return Declarations.of(model, discovery);
    }

    private Marks marks() {
        return new Marks(set);
    }

    /** Takes the values of its Secrets out of what pods and the API server say. */
    SecretMask mask() {
        List<Json.Obj> all = new ArrayList<>(model.objects());
        model.hooks().forEach(hook -> all.add(hook.object()));
        return SecretWords.of(all);
    }

    /**
     * Brings the cluster to what is declared. All that can be tried is tried before the first write.
     *
     * <p>A new generation goes by what the watches say (docs/adr/0149-a-new-generation-goes-by-the-watches.md): what they missed is found in the look that
     * follows each commit. A repair is itself such a look.
     */
    List<Change> apply(ApplyMode mode) {
        Unchanged believed = mode == ApplyMode.FULL ? unchanged : Unchanged.NONE;
        freshlyBut(believed);
        inventory.known(); // somebody else's is seen before anything is written
        List<Declared> declared = declared();
        requirePlace(declared);
        Trials trials = trials(declared, terms(moves(mode != ApplyMode.FULL), Set.of()), believed, Tried.Witness.NONE);
        List<Step> steps = trials.of(declared);
        HookRuns hooks = hooks(marks().generation());
        Optional<Boolean> fresh = mode == ApplyMode.FULL ? Optional.of(isInstall(steps)) : Optional.empty();
        Optional<Hook.Event> before = fresh.map(install -> install ? Hook.Event.PRE_INSTALL : Hook.Event.PRE_UPGRADE);
        Optional<Hook.Event> after = fresh.map(install -> install ? Hook.Event.POST_INSTALL : Hook.Event.POST_UPGRADE);
        before.ifPresent(hooks::tryOut);
        after.ifPresent(hooks::tryOut);
        inventory.left().ifPresent(parent -> adopted.keep(set.parent(), parent));
        adopted.keep(steps);
        List<Change> changes =
                carryOut(trials, mode == ApplyMode.ALWAYS ? all(steps) : steps, () -> before.ifPresent(hooks::run));
        after.ifPresent(hooks::run);
        return Stream.concat(hooks.changes().stream(), changes.stream()).toList();
    }

    private List<Change> carryOut(Trials trials, List<Step> steps, Runnable beforeConfiguration) {
        return new Applier(api, discovery, inventory, trials, waits, beforeConfiguration).run(steps);
    }

    /**
     * Brings this generation back in the place of one that failed, with its own hooks of a way back around it, as Helm does. Where the failed one never came
     * about there is no way back, and none of them runs.
     *
     * @param replaceable what the failed one let be made anew
     * @param traces      whether anything of the failed one is there
     * @param undo        what takes away what the failed one made
     */
    List<Change> comeBack(
            Deployment failed, Set<ObjectName> replaceable, BooleanSupplier traces, Supplier<List<Change>> undo) {
        freshly();
        inventory.known();
        List<Declared> declared = declared();
        requirePlace(declared);
        Trials trials = trials(declared, terms(moves(true), replaceable), Unchanged.NONE, Tried.Witness.NONE);
        List<Step> steps = trials.of(declared);
        boolean differs = steps.stream().anyMatch(step -> !(step instanceof Step.Keep));
        Optional<HookRuns> hooks =
                hooksOfWayBack(failed).filter(runs -> differs || traces.getAsBoolean() || runs.haveBegun());
        List<Change> changes = new ArrayList<>(
                carryOut(trials, steps, () -> hooks.ifPresent(runs -> runs.runAnyway(Hook.Event.PRE_ROLLBACK))));
        changes.addAll(undo.get());
        hooks.ifPresent(runs -> runs.runAnyway(Hook.Event.POST_ROLLBACK));
        return Stream.concat(hooks.stream().flatMap(runs -> runs.changes().stream()), changes.stream())
                .toList();
    }

    /** What this generation lets be deleted and made anew. */
    Set<ObjectName> replaceable() {
        return declared().stream()
                .filter(Declared::mayBeReplaced)
                .map(Declared::key)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether an object of this generation that the other does not declare, or a hook that ran for it, is there. */
    boolean leftTraces(Work other) {
        Set<ObjectName> kept = new HashSet<>();
        other.declared().forEach(one -> kept.add(one.key()));
        return declared().stream()
                        .filter(one -> one.served() && !kept.contains(one.key()))
                        .anyMatch(one -> api.find(one.kind(), one.key())
                                .filter(marks()::isOurs)
                                .isPresent())
                || hooks(marks().generation()).haveBegun();
    }

    /** Empty where one is of a kind that the cluster does not serve any more: it ran once, so that can be. */
    private Optional<HookRuns> hooksOfWayBack(Deployment failed) {
        try {
            return Optional.of(
                    hooks(marks().generation() + " after " + failed.identity().generation()));
        } catch (ModelException e) {
            LOG.log(
                    Level.WARNING,
                    "stack " + deployment.identity().stackName() + ": what ran before comes back without its hooks: "
                            + e.detail());
            return Optional.empty();
        }
    }

    private Trials.Terms terms(Moves moves, Set<ObjectName> replaceable) {
        return new Trials.Terms(rules, deployment.adopt(), moves, namespaces, replaceable);
    }

    private Trials trials(List<Declared> declared, Trials.Terms terms, Unchanged believed, Tried.Witness witness) {
        return new Trials(api, marks(), sightings.believing(believed), terms, declared, witness);
    }

    private Moves moves(boolean yields) {
        return new Moves(set, deployment.neighbours(), yields);
    }

    private HookRuns hooks(String occasion) {
        return new HookRuns(
                new HookRuns.Place(api, set, waits, clock),
                deployment,
                Declarations.hooks(model, discovery),
                occasion,
                mask());
    }

    /** Whether nothing of the stack is there from an earlier generation. */
    private boolean isInstall(List<Step> steps) {
        return steps.stream().noneMatch(step -> switch (step) {
            case Step.Keep(var _, Json.Obj live) -> isEarlier(live);
            case Step.Change change ->
                marks().isLeft(change.live()) || (!change.takenOver() && isEarlier(change.live()));
            case Step.Replace(var _, var _, Json.Obj live) -> isEarlier(live);
            case Step.Make _, Step.Later _ -> false;
        });
    }

    private boolean isEarlier(Json.Obj live) {
        return !Fields.annotation(live, Marks.CREATED).equals(marks().generation());
    }

    /** What is as declared is applied all the same: the API server finds that nothing changes. */
    private List<Step> all(List<Step> steps) {
        return steps.stream()
                .map(step -> step instanceof Step.Keep(Declared declared, Json.Obj live) && marks().isOurs(live)
                        ? new Step.Change(
                                declared, marks().asBefore(declared.object(), live), live, Optional.empty(), false)
                        : step)
                .toList();
    }

    private void requirePlace(List<Declared> declared) {
        boolean declaresIt = declared.stream()
                .anyMatch(one ->
                        one.phase() == Phase.NAMESPACES && one.key().name().equals(model.namespace()));
        if (!declaresIt && !inventory.hasPlace()) {
            throw new ModelException(
                    RuntimeReason.EXTERNAL_MISSING,
                    "namespace " + model.namespace()
                            + ": does not exist (expected: one that the stack declares as a Namespace, or that is"
                            + " there: kubectl create namespace " + model.namespace() + ")");
        }
    }

    /** How its objects do. */
    Health probe() {
        try {
            HealthRules rules = HealthRules.parse(deployment.model().objects("healthRules"));
            Probe probe = Probe.ofSet(api, marks().selector(), sightings::isAsSeen);
            Health health = probe.judge(declared(), rules, deployment.timing(), clock.instant());
            sightings.retain(probe.unchanged()); // the watches begin with what was listed here
            vigils.begin(deployment, api, health, probe.read());
            return health instanceof Health.Healthy ? health : mask().over(health);
        } catch (JsonException e) {
            throw ModelException.invalid("model: " + e.getMessage());
        }
    }

    /** The same, each object with its pods. */
    List<Part> tree() {
        try {
            HealthRules rules = HealthRules.parse(deployment.model().objects("healthRules"));
            SecretMask mask = mask();
            return Probe.ofSet(api, marks().selector(), (_, _) -> false)
                    .tree(declared(), rules, deployment.timing(), clock.instant())
                    .stream()
                    .map(mask::over)
                    .toList();
        } catch (JsonException e) {
            throw ModelException.invalid("model: " + e.getMessage());
        }
    }

    /** What applying would change: all that apply finds out before its first write, and what commit would delete. */
    Outlook outlook() {
        freshly();
        inventory.known();
        List<Declared> declared = declared();
        requirePlace(declared);
        Foresight foresight = new Foresight(rules);
        List<Step> steps = trials(declared, terms(moves(false), Set.of()), Unchanged.NONE, foresight)
                .of(declared);
        Set<ObjectName> names = new HashSet<>();
        declared.forEach(one -> names.add(one.key()));
        return foresight.of(steps, undeclared.foreseen(names));
    }

    /** Field by field, what is not as declared. */
    List<Difference> diff() {
        return new DriftLook(api, marks(), sightings, rules, moves(true)).at(declared());
    }

    /** Deletes what the release names and the stack does not declare, and tells what else is left. */
    Settled commit() {
        Set<ObjectName> declared = new HashSet<>();
        declared().forEach(one -> declared.add(one.key()));
        Settled.Done done = undeclared.prune(declared);
        sightings.retain(declared);
        adopted.settle(done.leftovers());
        return done;
    }

    /** Deletes what may go; the parent goes with the last member. */
    Settled remove() {
        if (inventory.isOthers()) {
            return new Settled.Done(List.of(), List.of()); // the stack never came to have anything here
        }
        Optional<String> wanted = undeclared.wanted();
        if (wanted.isPresent()) {
            return new Settled.Done(List.of(), List.of(), wanted); // whole or not at all: its hooks run once
        }
        HookRuns hooks = hooks(marks().generation());
        hooks.run(Hook.Event.PRE_DELETE);
        Settled.Done done = undeclared.prune(Set.of());
        hooks.run(Hook.Event.POST_DELETE);
        if (done.leftovers().isEmpty() && done.waits().isEmpty()) {
            inventory.forget();
        }
        adopted.clear();
        return done;
    }

    /** Deletes what this deployment made and the other does not declare, and gives back what it took over, or back. */
    List<Change> undo(Optional<Work> lastGood) {
        if (inventory.isOthers()) {
            if (lastGood.isEmpty()) {
                adopted.clear();
            }
            return List.of(); // what has this set's label is the other's: nothing was written, or all is given back
        }
        Set<ObjectName> kept = new HashSet<>();
        lastGood.ifPresent(good -> good.declared().forEach(one -> kept.add(one.key())));
        List<Declared> added = new ArrayList<>(declared());
        added.removeIf(one -> kept.contains(one.key()) || !one.served());
        List<Member> made = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        for (Declared one : added) {
            Optional<Json.Obj> live = api.find(one.kind(), one.key()).filter(marks()::isOurs);
            if (live.isEmpty()) {
                continue;
            }
            if (Claims.keeps(live.get(), added)) {
                continue; // it would wait for its claim, which nobody takes away
            }
            if (Fields.annotation(live.get(), Marks.CREATED).equals(marks().generation())) {
                if (!Marks.isKept(live.get())) {
                    made.add(new Member(one.key(), one.kind(), live.get()));
                }
            } else if (adopted.giveBack(api, one.kind(), one.key(), live.get())) {
                changes.add(new Change(Change.Action.RESTORED, one.key().toString(), "is as it was before"));
            }
        }
        Deleter deleter = new Deleter(api, waits);
        deleter.delete(made, "came with the generation that is undone");
        changes.addAll(deleter.changes());
        api.find(ApplySet.CONFIG_MAP, set.parent())
                .filter(set::isOurParent)
                .ifPresent(parent -> adopted.giveBack(api, ApplySet.CONFIG_MAP, set.parent(), parent));
        if (lastGood.isPresent()) {
            adopted.settleAsBefore();
        } else {
            adopted.clear();
        }
        return changes;
    }

    /** Whether the other one has its parent elsewhere. */
    boolean stoodElsewhere(Work other) {
        return !model.namespace().equals(other.model.namespace());
    }

    /** Where nothing is left of a first generation, or of the first in a namespace, its parent goes too. */
    void forgetIfEmpty() {
        Optional<Scope> known = inventory.isOthers() ? Optional.empty() : inventory.known();
        if (known.isPresent() && inventory.members(known.get()).stream().noneMatch(Inventory::isApplied)) {
            inventory.forget();
        }
    }
}
