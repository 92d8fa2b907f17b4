package io.wherry.hub.api;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.hub.sync.ModelDiff;
import io.wherry.hub.sync.StackPlan;
import io.wherry.hub.sync.StackPlan.TargetPlan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A plan as JSON: per target what is created, changed field by field, and removed. */
final class PlanJson {
    private PlanJson() {}

    /**
     * @param takeOvers what sites said of taking over, by agent
     * @param sites     what clusters said would change, by agent
     */
    static Json.Obj of(StackPlan plan, Map<AgentId, List<String>> takeOvers, Map<AgentId, SitePlans.Said> sites) {
        List<Json> targets = new ArrayList<>();
        plan.targets()
                .forEach(target -> targets.add(target(
                        target,
                        takeOvers.getOrDefault(target.agent(), List.of()),
                        Optional.ofNullable(sites.get(target.agent())))));
        return Json.object()
                .put("stack", plan.stack())
                .put("revision", plan.commit())
                .put("changesNothing", plan.changesNothing())
                .put("notes", plan.notes())
                .putIf("awaited", plan.awaited().map(Digest::toString))
                .put("targets", new Json.Arr(targets))
                .build();
    }

    private static Json.Obj target(TargetPlan target, List<String> takeOver, Optional<SitePlans.Said> site) {
        List<String> notes = new ArrayList<>(target.notes());
        notes.addAll(takeOver);
        site.ifPresent(said -> {
            if (said instanceof SitePlans.Said.Unknown(String why)) {
                notes.add("what the cluster itself has is not known, and this is against what it was last offered: "
                        + why);
            }
        });
        Json.Builder json = Json.object()
                .put("agent", target.agentName())
                .put("action", target.action().name().toLowerCase(java.util.Locale.ROOT))
                .put("summary", summary(target, site))
                .put("problems", target.problem().stream().toList())
                .put("notes", notes)
                .put("changes", new Json.Arr(changes(target.diff())));
        site.ifPresent(said -> {
            if (said instanceof SitePlans.Said.Known(Json.Obj answer)) {
                json.put("site", answer);
            }
        });
        if (target.asOf().isAfter(Instant.EPOCH)) {
            json.put("asOf", target.asOf().toString());
        }
        return json.build();
    }

    /** Of what is new for it; what its site or its cluster said beside that is shown below, and is then not nothing. */
    private static String summary(TargetPlan target, Optional<SitePlans.Said> site) {
        ModelDiff diff = target.diff();
        return switch (target.action()) {
            case UNCHANGED ->
                target.problem().isPresent()
                                || !target.notes().isEmpty()
                                || site.filter(PlanJson::saysSomething).isPresent()
                        ? "nothing new for it"
                        : "nothing to do";
            case KEEP -> "keeps what it has";
            case DETACH -> "no longer a target: keeps what it has until it is removed from there";
            case CREATE, CHANGE ->
                diff.created().size() + " to create, " + diff.changed().size() + " to change, "
                        + diff.removed().size() + " to remove";
        };
    }

    private static boolean saysSomething(SitePlans.Said said) {
        return said instanceof SitePlans.Said.Known(Json.Obj answer)
                && !(answer.objects("objects").isEmpty()
                        && answer.strings("notes").isEmpty());
    }

    private static List<Json> changes(ModelDiff diff) {
        List<Json> changes = new ArrayList<>();
        diff.created().forEach(object -> changes.add(change("create", object, List.of())));
        diff.changed().forEach((object, fields) -> {
            List<Json> items = new ArrayList<>();
            fields.forEach(field -> items.add(Json.object()
                    .put("field", field.field())
                    .putIf("from", field.before())
                    .putIf("to", field.after())
                    .build()));
            changes.add(change("change", object, items));
        });
        diff.removed().forEach(object -> changes.add(change("remove", object, List.of())));
        return changes;
    }

    private static Json.Obj change(String action, String object, List<Json> fields) {
        return Json.object()
                .put("action", action)
                .put("object", object)
                .put("fields", new Json.Arr(fields))
                .build();
    }
}
