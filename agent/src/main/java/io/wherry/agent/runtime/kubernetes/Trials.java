package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.kubernetes.Sightings.Known;
import io.wherry.agent.runtime.kubernetes.drift.DriftRules;
import io.wherry.agent.runtime.kubernetes.drift.LeftToOthers;
import io.wherry.agent.runtime.kubernetes.drift.TakeBack;
import io.wherry.base.Workers;
import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Finds out what applying each object would do, by letting the API server try it: schema, admission, quota and immutable fields are judged by who knows
 * them, and nothing is written.
 */
final class Trials {
    /** Calls at a time: they share one connection of HTTP/2, and the API server counts how many a client has in flight. */
    static final int SIDE_BY_SIDE = 16;

    private final ClusterApi api;
    private final Marks marks;
    private final Sightings sightings;
    private final Terms terms;
    private final Tried.Witness witness;
    private final Set<String> declaredNamespaces;

    /**
     * @param sightings what need not be tried again
     * @param declared all objects of the stack
     * @param witness  gets what was tried and would change
     */
    Trials(
            ClusterApi api,
            Marks marks,
            Sightings sightings,
            Terms terms,
            List<Declared> declared,
            Tried.Witness witness) {
        this.api = api;
        this.marks = marks;
        this.sightings = sightings;
        this.terms = terms;
        this.witness = witness;
        this.declaredNamespaces = declared.stream()
                .filter(one -> one.phase() == Phase.NAMESPACES)
                .map(one -> one.key().name())
                .collect(java.util.stream.Collectors.toSet());
    }

    /**
     * @param rules       what is left to others, and what people's additions are
     * @param adopt       whether what others made is taken over
     * @param moves       what goes from one stack of this agent to another
     * @param namespaces  in which something can be made
     * @param replaceable what the generation that is left let be made anew: the way back from it may do the same
     */
    record Terms(DriftRules rules, boolean adopt, Moves moves, Namespaces namespaces, Set<ObjectName> replaceable) {}

    /**
     * In the order given. What refers to something that is not there is for later: it may come with the stack.
     *
     * @throws ApiException, ModelException, PendingException of the first that cannot be
     */
    List<Step> of(List<Declared> all) {
        return of(all, true);
    }

    /** The same, when nothing more comes: what is missing now is an error. */
    List<Step> lastly(List<Declared> all) {
        return of(all, false);
    }

    private List<Step> of(List<Declared> all, boolean moreComes) {
        Map<ObjectName, Known> known = sightings.look(api, all, marks.selector());
        List<Callable<Step>> tasks = all.stream()
                .<Callable<Step>>map(one ->
                        () -> FreshLook.each(() -> of(one, Optional.ofNullable(known.get(one.key())), moreComes)))
                .toList();
        return Workers.sideBySide(SIDE_BY_SIDE, "kubernetes-try", tasks);
    }

    private Step of(Declared declared, Optional<Known> known, boolean moreComes) {
        if (known.filter(Known::kept).isPresent()) {
            return new Step.Keep(declared, known.get().marks());
        }
        String namespace = declared.key().namespace();
        if (!declared.served()) {
            return new Step.Later(declared);
        }
        if (!namespace.isEmpty() && !terms.namespaces().isOpen(namespace)) {
            if (declaredNamespaces.contains(namespace)) {
                return new Step.Later(declared);
            }
            throw new ModelException(
                    RuntimeReason.EXTERNAL_MISSING,
                    declared.key() + ": namespace " + namespace
                            + " does not exist (expected: one that the stack declares as a Namespace, or that is"
                            + " there: kubectl create namespace "
                            + namespace + ")");
        }
        if (known.isEmpty() && declared.goesWhenFinished() && terms.moves().isOfWhatRan()) {
            return find(declared)
                    .map(live -> change(declared, live))
                    .orElseGet(() -> new Step.Keep(declared, Json.object().build()));
        }
        return known.isEmpty() ? make(declared, moreComes) : look(declared, moreComes);
    }

    /** What has changed since it was tried. */
    Step anew(Declared declared) {
        return look(declared, false);
    }

    private Step look(Declared declared, boolean moreComes) {
        return find(declared).map(live -> change(declared, live)).orElseGet(() -> make(declared, moreComes));
    }

    private Optional<Json.Obj> find(Declared declared) {
        Optional<Json.Obj> live = api.find(declared.kind(), declared.key());
        live.ifPresent(found -> Ending.refuse(declared.key(), found));
        return live;
    }

    /** Most likely nothing by that name is there: whether there is tells the trial itself. */
    private Step make(Declared declared, boolean moreComes) {
        Json.Obj object = marks.fresh(declared.object(), marks.generation());
        try {
            if (api.wouldMake(declared.kind(), declared.key(), object)) {
                return new Step.Make(declared, object);
            }
        } catch (ApiException e) {
            Optional<Json.Obj> live = find(declared);
            if (live.isEmpty() && moreComes && e.refersToMissing()) {
                return new Step.Later(declared);
            }
            return change(declared, live.orElseThrow(() -> e));
        }
        return find(declared).map(live -> change(declared, live)).orElseGet(() -> new Step.Make(declared, object));
    }

    /** Namespaces that were made meanwhile are looked for again. */
    void forgetNamespaces() {
        terms.namespaces().forget();
    }

    private Step change(Declared declared, Json.Obj live) {
        boolean ours = marks.isOurs(live);
        if (terms.moves().isLeft(declared.key(), live)) {
            return new Step.Keep(declared, live);
        }
        boolean comes = terms.moves().mayTake(declared.key(), live);
        Json.Obj object = LeftToOthers.in(declared.object(), live, terms.rules());
        Json.Obj asBefore = marks.asBefore(object, live);
        // Generations are counted by stack and hub: of another one's it says nothing who made it.
        Json.Obj fresh = marks.fresh(object, ours && !comes ? Fields.annotation(live, Marks.CREATED) : "");
        Json.Obj sent = ours ? asBefore : fresh;
        Optional<Json.Arr> patch;
        Tried tried;
        try {
            Json.Obj dry = api.apply(declared.kind(), declared.key(), sent, ClusterApi.Force.YES, true);
            DriftRules rules = new Autoscalers(api).rules(declared, live, terms.rules());
            patch = TakeBack.patch(live, dry, rules);
            Optional<Json.Obj> takenBack =
                    patch.map(takeBack -> api.tryPatch(declared.kind(), declared.key(), takeBack));
            tried = new Tried(declared, sent, live, dry, takenBack, rules);
        } catch (ApiException e) {
            return ours ? otherwise(declared, sent, fresh, live, e) : refused(e);
        }
        boolean loses = tried.losesAdditions();
        if (ours && !loses && Same.of(live, tried.dry())) {
            if (!Autoscalers.decide(declared, live, terms.rules())) {
                sightings.keeps(declared, live);
            }
            return new Step.Keep(declared, Known.marks(live));
        }
        Optional<String> objection = ours ? Optional.empty() : Owners.objection(live, tried.dry());
        if (objection.isPresent()
                && !comes
                && !terms.adopt()
                && !Fields.annotation(declared.object(), Marks.ADOPT).equals("true")) {
            throw new ModelException(
                    RuntimeReason.NAME_TAKEN,
                    declared.key() + ": is there already, and " + objection.get()
                            + ". To take it over: kubernetes.adopt: true in the Stack, or the annotation " + Marks.ADOPT
                            + ": \"true\" on the object");
        }
        witness.take(tried);
        return new Step.Change(declared, fresh, live, patch.filter(_ -> loses), !ours);
    }

    /** What the API server refuses as it stands, and takes when something goes first: what people did, what nobody declared, or the object itself. */
    private Step otherwise(Declared declared, Json.Obj sent, Json.Obj fresh, Json.Obj live, ApiException e) {
        Optional<Room> room = Room.find(api, declared, live, terms.rules(), e);
        if (room.isPresent()) {
            Json.Obj after = room.get().after();
            witness.take(new Tried(declared, sent, live, after, Optional.of(after), terms.rules()));
            return new Step.Change(declared, fresh, live, Optional.of(room.get().patch()), false);
        }
        Optional<OtherStrategy> strategy = OtherStrategy.find(api, declared, sent, live, e);
        if (strategy.isPresent()) {
            witness.take(new Tried(declared, sent, live, strategy.get().after(), Optional.empty(), terms.rules()));
            return new Step.Change(
                    declared, fresh, live, Optional.of(strategy.get().patch()), false);
        }
        boolean mayGo = declared.mayBeReplaced() || terms.replaceable().contains(declared.key());
        return e.immutable() && mayGo
                ? new Step.Replace(declared, marks.fresh(declared.object(), marks.generation()), live)
                : refused(e);
    }

    private static Step refused(ApiException e) {
        if (!e.immutable()) {
            throw e;
        }
        throw new ModelException(
                RuntimeReason.FIELD_IMMUTABLE,
                e.getMessage() + ". It would have to be deleted and made anew: annotate it with " + Marks.REPLACE
                        + ": allowed if it may be, or give the new one another name");
    }

    /** An object was applied: as it is now, another apply would change nothing, unless people added to it. */
    void applied(Declared declared, Json.Obj live) {
        if (TakeBack.patch(live, live, terms.rules()).isEmpty()) {
            sightings.keeps(declared, live);
        }
    }
}
