package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.Change;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.base.Workers;
import io.wherry.contract.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Carries out steps phase by phase. What was tried is applied; what could not be tried yet is tried when its phase begins. */
final class Applier {
    /** The API server needs a second or two to serve a new kind; ten times that under load. */
    private static final Duration SERVED_LIMIT = Duration.ofSeconds(60);

    private final ClusterApi api;
    private final Discovery discovery;
    private final Inventory inventory;
    private final Trials trials;
    private final Waits waits;
    private final Runnable beforeConfiguration;

    /** @param beforeConfiguration what runs when namespaces and definitions are there, and before anything else is made */
    Applier(
            ClusterApi api,
            Discovery discovery,
            Inventory inventory,
            Trials trials,
            Waits waits,
            Runnable beforeConfiguration) {
        this.api = api;
        this.discovery = discovery;
        this.inventory = inventory;
        this.trials = trials;
        this.waits = waits;
        this.beforeConfiguration = beforeConfiguration;
    }

    /** @return what was changed, in order; none where all was as declared */
    List<Change> run(List<Step> steps) {
        ApplySet.Scope scope = ApplySet.Scope.of(
                steps.stream().map(step -> step.declared().key()).toList());
        List<Change> changes = new ArrayList<>();
        boolean widened = false;
        for (Phase phase : Phase.values()) {
            List<Step> mine = steps.stream()
                    .filter(step -> step.declared().phase() == phase)
                    .toList();
            if (!widened && inventory.hasPlace()) {
                inventory.widen(scope);
                widened = true;
            }
            if (phase == Phase.CONFIGURATION) {
                beforeConfiguration.run();
            }
            if (!mine.isEmpty()) {
                changes.addAll(carryOutAll(phase, mine));
            }
        }
        return changes;
    }

    /** What was for later is tried again as long as something of it can be made: one may wait for another. */
    private List<Change> carryOutAll(Phase phase, List<Step> steps) {
        List<Change> changes = new ArrayList<>(
                carryOut(phase, steps.stream().filter(step -> !isLater(step)).toList()));
        List<Declared> waiting =
                steps.stream().filter(Applier::isLater).map(Step::declared).toList();
        // What makes a kind may itself be of one that came with the stack: those first.
        changes.addAll(carryOutLater(
                phase, waiting.stream().filter(one -> !one.kind().isToBeMade()).toList()));
        changes.addAll(carryOutLater(
                phase, waiting.stream().filter(one -> one.kind().isToBeMade()).toList()));
        return changes;
    }

    private List<Change> carryOutLater(Phase phase, List<Declared> waiting) {
        List<Change> changes = new ArrayList<>();
        List<Declared> later = waiting.stream().map(this::served).toList();
        while (!later.isEmpty()) {
            trials.forgetNamespaces();
            List<Step> tried = trials.of(later);
            if (tried.stream().allMatch(Applier::isLater)) {
                tried = trials.lastly(later); // says what is missing
            }
            changes.addAll(carryOut(
                    phase, tried.stream().filter(step -> !isLater(step)).toList()));
            later = tried.stream().filter(Applier::isLater).map(Step::declared).toList();
        }
        return changes;
    }

    private static boolean isLater(Step step) {
        return step instanceof Step.Later;
    }

    /** The same, with its kind served by now. */
    private Declared served(Declared declared) {
        if (declared.served()) {
            return declared;
        }
        Kind kind = declared.kind();
        List<Kind> found = new ArrayList<>();
        boolean there = waits.until(SERVED_LIMIT, () -> {
            discovery.forget();
            discovery.find(kind.apiVersion(), kind.kind()).ifPresent(found::add);
            return !found.isEmpty();
        });
        if (there) {
            return Declarations.placed(
                    found.getFirst(), declared.object(), declared.key().namespace(), true);
        }
        throw kind.isToBeMade()
                ? new PendingException(
                        RuntimeReason.KIND_UNKNOWN,
                        declared.key() + ": the cluster does not serve " + kind.kind() + " in " + kind.apiVersion()
                                + " after " + SERVED_LIMIT.toSeconds()
                                + " s, although an object of the stack leads to it. Does the controller run that is to make it?")
                : new PendingException(
                        RuntimeReason.RUNTIME_TIMEOUT,
                        declared.key() + ": its kind is defined but not served after " + SERVED_LIMIT.toSeconds()
                                + " s");
    }

    private List<Change> carryOut(Phase phase, List<Step> steps) {
        List<Callable<Optional<Change>>> tasks = steps.stream()
                .<Callable<Optional<Change>>>map(step -> () -> carryOut(step))
                .toList();
        List<Change> changes = Workers.sideBySide(Trials.SIDE_BY_SIDE, "kubernetes-apply", tasks).stream()
                .flatMap(Optional::stream)
                .toList();
        if (phase == Phase.DEFINITIONS) {
            steps.forEach(step -> awaitEstablished(step.declared()));
            discovery.forget();
        }
        return changes;
    }

    private Optional<Change> carryOut(Step step) {
        return switch (step) {
            case Step.Keep _ -> Optional.empty();
            case Step.Make(Declared declared, Json.Obj object) -> {
                apply(declared, object);
                yield change(Change.Action.CREATED, declared, "was missing");
            }
            case Step.Change change -> FreshLook.each(() -> adjust(change), () -> adjust(change.declared()));
            case Step.Replace(Declared declared, Json.Obj object, Json.Obj live) -> {
                Inventory.Member old = new Inventory.Member(declared.key(), declared.kind(), live);
                api.delete(old.kind(), old.key(), old.uid());
                new Deleter(api, waits).awaitGone(old);
                apply(declared, object);
                yield change(Change.Action.RECREATED, declared, "could not be changed, and may be made anew");
            }
            case Step.Later(Declared declared) ->
                throw new IllegalStateException("step: later of " + declared.key() + " (expected: a tried one)");
        };
    }

    private Optional<Change> adjust(Declared declared) {
        Step anew = trials.anew(declared);
        return anew instanceof Step.Change change ? adjust(change) : carryOut(anew);
    }

    private Optional<Change> adjust(Step.Change step) {
        Declared declared = step.declared();
        step.before().ifPresent(patch -> api.patch(declared.kind(), declared.key(), patch));
        apply(declared, step.object());
        return change(Change.Action.ADJUSTED, declared, step.takenOver() ? "was taken over" : "differed");
    }

    private void apply(Declared declared, Json.Obj object) {
        trials.applied(declared, api.apply(declared.kind(), declared.key(), object, ClusterApi.Force.YES, false));
    }

    private static Optional<Change> change(Change.Action action, Declared declared, String why) {
        return Optional.of(new Change(action, declared.key().toString(), why));
    }

    private void awaitEstablished(Declared definition) {
        boolean established = waits.until(SERVED_LIMIT, () -> api.find(definition.kind(), definition.key()).stream()
                .flatMap(live -> Fields.objects(live, "status", "conditions").stream())
                .anyMatch(condition -> Fields.text(condition, "type").equals("Established")
                        && Fields.text(condition, "status").equals("True")));
        if (!established) {
            throw new PendingException(
                    RuntimeReason.RUNTIME_TIMEOUT,
                    definition.key() + ": not established after " + SERVED_LIMIT.toSeconds()
                            + " s; see: kubectl describe customresourcedefinition "
                            + definition.key().name());
        }
    }
}
