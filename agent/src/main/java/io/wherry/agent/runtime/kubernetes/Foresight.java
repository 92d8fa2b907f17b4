package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.Outlook;
import io.wherry.agent.runtime.Outlook.Action;
import io.wherry.agent.runtime.Outlook.Changed;
import io.wherry.agent.runtime.kubernetes.Inventory.Member;
import io.wherry.agent.runtime.kubernetes.drift.DriftRules;
import io.wherry.base.UnifiedDiff;
import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.YamlWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Turns what trying showed into what a person reads before anything is written: each object as YAML, as it is and as it would be. */
final class Foresight implements Tried.Witness {
    /** Of one object: a definition of a large operator has thousands of lines, and nobody reads them in a plan. */
    private static final int MAX_LINES = 400;

    private final DriftRules rules;

    /** What was seen while it was tried, so that nothing is asked a second time. */
    private final Map<ObjectName, Seen> seen = new ConcurrentHashMap<>();

    /** @param rules by which secrets are taken out */
    Foresight(DriftRules rules) {
        this.rules = rules;
    }

    /**
     * @param diff      as it is, against what it would be
     * @param additions what people added and would lose
     */
    private record Seen(List<String> diff, List<String> additions) {}

    @Override
    public void take(Tried tried) {
        seen.put(
                tried.declared().key(),
                new Seen(
                        lines(Optional.of(tried.live()), tried.dry()),
                        tried.losesAdditions() ? tried.additions() : List.of()));
    }

    /**
     * @param steps  as they would be done, tried with this for a witness
     * @param pruner  that judged what is no longer declared
     */
    Outlook of(List<Step> steps, Pruner pruner) {
        List<Changed> changed = new ArrayList<>();
        steps.forEach(step -> of(step).ifPresent(changed::add));
        for (Member member : pruner.going()) {
            changed.add(new Changed(member.key().toString(), Action.DELETED, List.of(), lost(member.key())));
        }
        for (ObjectName left : pruner.staying()) {
            changed.add(new Changed(
                    left.toString(),
                    Action.LEFT,
                    List.of(),
                    "is declared no more and stays: nothing permits to delete it"));
        }
        return new Outlook(changed, List.of());
    }

    private Optional<Changed> of(Step step) {
        String name = step.declared().key().toString();
        return switch (step) {
            case Step.Keep _ -> Optional.empty();
            case Step.Make(Declared declared, var _) ->
                Optional.of(new Changed(name, Action.CREATED, lines(Optional.empty(), declared.object()), ""));
            case Step.Later(Declared declared) ->
                Optional.of(new Changed(
                        name,
                        Action.CREATED,
                        lines(Optional.empty(), declared.object()),
                        "is tried when its turn comes: its kind, its namespace or what it refers to comes with"
                                + " the stack"));
            case Step.Replace(Declared declared, var _, Json.Obj live) ->
                Optional.of(new Changed(
                        name,
                        Action.REPLACED,
                        lines(Optional.of(live), declared.object()),
                        "cannot be changed: it is deleted and made anew (" + Marks.REPLACE + ": allowed)"));
            case Step.Change(Declared declared, var _, var _, var takeBack, boolean takenOver) -> {
                Seen tried = Optional.ofNullable(seen.get(declared.key()))
                        .orElseThrow(() -> new IllegalStateException(
                                "step: " + declared.key() + " (expected: tried with this for a witness)"));
                List<String> notes = new ArrayList<>();
                if (takenOver) {
                    notes.add("is taken over from who made it");
                }
                if (takeBack.isPresent()) {
                    notes.add("what people added by hand is taken back: " + String.join(", ", tried.additions()));
                }
                if (tried.diff().isEmpty() && notes.isEmpty()) {
                    yield Optional.empty(); // marks of the agent alone
                }
                yield Optional.of(new Changed(name, Action.CHANGED, tried.diff(), String.join("; ", notes)));
            }
        };
    }

    private static String lost(ObjectName key) {
        return switch (Kind.groupKind(key)) {
            case "PersistentVolumeClaim", "PersistentVolume" ->
                "its data goes with it and cannot be brought back by a rollback";
            case "CustomResourceDefinition.apiextensions.k8s.io" ->
                "what was stored of its kind goes with it and cannot be brought back by a rollback";
            default -> "";
        };
    }

    private List<String> lines(Optional<Json.Obj> before, Json.Obj after) {
        List<String> all = UnifiedDiff.of(before.map(this::shown).orElse(List.of()), shown(after));
        if (all.size() <= MAX_LINES) {
            return all;
        }
        List<String> cut = new ArrayList<>(all.subList(0, MAX_LINES));
        cut.add("… " + (all.size() - MAX_LINES) + " more lines");
        return cut;
    }

    private List<String> shown(Json.Obj object) {
        return YamlWriter.write(rules.shown(Bare.of(object))).lines().toList();
    }
}
