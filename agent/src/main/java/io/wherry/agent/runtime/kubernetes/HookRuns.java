package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.health.Health;
import io.wherry.agent.health.ObjectHealth;
import io.wherry.agent.runtime.Change;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.SecretMask;
import io.wherry.agent.runtime.kubernetes.Inventory.Member;
import io.wherry.contract.health.HealthRules;
import io.wherry.contract.json.Json;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs hooks one after another and waits for each to end. A hook that has run for this generation, or for this way back to it, is not run again: an apply
 * that died anywhere goes on where it stood, as long as the hook's object is there.
 */
final class HookRuns {
    /** On a hook's object: of which event, so that one of ours is known again. */
    private static final String HOOK = "wherry.io/hook";

    private static final Logger LOG = System.getLogger(HookRuns.class.getName());

    private final ClusterApi api;
    private final Deployment deployment;
    private final ApplySet set;
    private final Map<Hook, Declared> hooks;
    private final String occasion;
    private final SecretMask mask;
    private final Waits waits;
    private final InstantSource clock;
    private final List<Change> changes = new ArrayList<>();

    /** Where they run, and as whose. */
    record Place(ClusterApi api, ApplySet set, Waits waits, InstantSource clock) {}

    /**
     * @param hooks    in the order in which they run, with what the API server calls their kinds
     * @param occasion what they run for: what has run for it is not run again
     * @param mask     takes values of Secrets out of what a failed one wrote last
     */
    HookRuns(Place place, Deployment deployment, Map<Hook, Declared> hooks, String occasion, SecretMask mask) {
        this.api = place.api();
        this.set = place.set();
        this.deployment = deployment;
        this.hooks = new LinkedHashMap<>(hooks);
        this.occasion = occasion;
        this.mask = mask;
        this.waits = place.waits();
        this.clock = place.clock();
    }

    List<Change> changes() {
        return changes;
    }

    /** Whether the object of one is there that ran for this occasion. */
    boolean haveBegun() {
        return hooks.values().stream()
                .anyMatch(declared -> declared.served()
                        && live(declared)
                                .filter(found -> Fields.annotation(found, Marks.GENERATION)
                                        .equals(occasion))
                                .isPresent());
    }

    /** Lets the API server try those of an event that it can try now. @throws ModelException, ApiException if it refuses one */
    void tryOut(Hook.Event event) {
        hooks.forEach((hook, declared) -> {
            if (hook.events().contains(event) && declared.served()) {
                live(declared).ifPresent(found -> requireOurs(declared, found));
                try {
                    api.apply(declared.kind(), declared.key(), marked(hook, declared), ClusterApi.Force.YES, true);
                } catch (ApiException e) {
                    boolean comesLater = e.reason() == RuntimeReason.EXTERNAL_MISSING; // its namespace
                    if (!comesLater && !(e.immutable() && hook.goesBefore())) {
                        throw e;
                    }
                }
            }
        });
    }

    /** @throws ModelException of the first that fails, with what its pods tell */
    void run(Hook.Event event) {
        hooks.forEach((hook, declared) -> {
            if (hook.events().contains(event)) {
                run(event, hook, declared);
            }
        });
    }

    /** One that fails, or cannot be run, is told, and the next is run: nothing keeps what ran before from coming back. */
    void runAnyway(Hook.Event event) {
        hooks.forEach((hook, declared) -> {
            if (!hook.events().contains(event)) {
                return;
            }
            try {
                run(event, hook, declared);
            } catch (ModelException e) {
                failed(event, declared, e.detail());
            } catch (PendingException e) {
                failed(event, declared, e.detail());
            } catch (ApiException e) {
                failed(event, declared, String.valueOf(e.getMessage()));
            }
        });
    }

    private void failed(Hook.Event event, Declared declared, String why) {
        LOG.log(
                Level.WARNING,
                "stack " + deployment.identity().stackName() + ": what ran before comes back although its hook failed: "
                        + why);
        changes.add(new Change(Change.Action.STARTED, declared.key().toString(), "failed at " + event.word()));
    }

    private void run(Hook.Event event, Hook hook, Declared declared) {
        Optional<Json.Obj> before = live(declared);
        before.ifPresent(found -> requireOurs(declared, found));
        boolean begun = before.filter(
                        found -> Fields.annotation(found, Marks.GENERATION).equals(occasion)
                                && Fields.label(found, HOOK).equals(event.word()))
                .isPresent();
        if (!begun) {
            if (before.isPresent() && hook.goesBefore()) {
                delete(declared, before.get());
            }
            Json.Obj object = Fields.withAll(marked(hook, declared), Map.of(HOOK, event.word()), "metadata", "labels");
            api.apply(declared.kind(), declared.key(), object, ClusterApi.Force.YES, false);
            changes.add(new Change(Change.Action.STARTED, declared.key().toString(), "runs at " + event.word()));
        }
        Optional<String> failure = awaitEnd(declared);
        if (hook.policies().contains(failure.isPresent() ? Hook.Policy.HOOK_FAILED : Hook.Policy.HOOK_SUCCEEDED)) {
            live(declared).ifPresent(found -> delete(declared, found));
        }
        if (failure.isPresent()) {
            throw new ModelException(RuntimeReason.HOOK_FAILED, event.word() + ": " + mask.over(failure.get()));
        }
    }

    private Json.Obj marked(Hook hook, Declared declared) {
        Json.Obj labelled = Fields.withAll(
                declared.object(),
                Map.of(
                        Marks.STACK,
                        deployment.identity().stack().toString(),
                        HOOK,
                        hook.events().iterator().next().word()),
                "metadata",
                "labels");
        return Fields.withAll(
                labelled, Map.of(Marks.OWNER, set.owner(), Marks.GENERATION, occasion), "metadata", "annotations");
    }

    private Optional<Json.Obj> live(Declared declared) {
        return api.find(declared.kind(), declared.key());
    }

    private void requireOurs(Declared declared, Json.Obj found) {
        boolean ours = Fields.label(found, Marks.STACK)
                .equals(deployment.identity().stack().toString());
        boolean takenOver = deployment.adopt() && set.isLeft(found);
        if (Fields.label(found, HOOK).isEmpty() || !(ours || takenOver)) {
            throw new ModelException(
                    RuntimeReason.NAME_TAKEN,
                    declared.key()
                            + ": is there already and is no hook of this stack (expected: a name of its own for the hook)");
        }
    }

    private void delete(Declared declared, Json.Obj found) {
        Member old = new Member(declared.key(), declared.kind(), found);
        api.delete(old.kind(), old.key(), old.uid());
        new Deleter(api, waits).awaitGone(old);
    }

    /** What ends by itself is waited for. @return why it failed; empty: it did not */
    private Optional<String> awaitEnd(Declared declared) {
        String kind = declared.kind().groupKind();
        if (!kind.equals("Job.batch") && !kind.equals("Pod")) {
            return Optional.empty();
        }
        Duration limit = deployment.timing().healthTimeout();
        List<Health> last = new ArrayList<>();
        Probe probe = new Probe(api);
        boolean ended = waits.until(limit, () -> {
            Health health = probe.judge(List.of(declared), HealthRules.NONE, deployment.timing(), clock.instant());
            last.clear();
            last.add(health);
            return health instanceof Health.Unhealthy || isCompleted(health);
        });
        if (ended) {
            return last.getFirst() instanceof Health.Unhealthy(var _, String detail, var _)
                    ? Optional.of(detail)
                    : Optional.empty();
        }
        return Optional.of(declared.key() + " has not ended after " + limit.toSeconds() + " s");
    }

    private static boolean isCompleted(Health health) {
        return health.objects().stream().allMatch(object -> object.state() == ObjectHealth.State.COMPLETED);
    }
}
