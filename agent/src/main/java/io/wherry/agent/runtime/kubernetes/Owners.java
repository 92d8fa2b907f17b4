package io.wherry.agent.runtime.kubernetes;

import io.wherry.base.Listed;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whose an object is that this stack did not make, by what tools leave on it and by who owns the fields that are declared. */
final class Owners {
    private Owners() {}

    /**
     * What keeps the stack from taking the object as it is; empty: nobody cares for it.
     *
     * @param live as it is
     * @param dry  as it would be with the declared fields, which shows which fields those are
     */
    static Optional<String> objection(Json.Obj live, Json.Obj dry) {
        String set = Fields.label(live, Marks.PART_OF);
        if (!set.isEmpty()) {
            String stack = Fields.label(live, Marks.STACK);
            return Optional.of(
                    stack.isEmpty()
                            ? "belongs to the ApplySet " + set
                            : "belongs to stack " + stack + " of agent " + Fields.annotation(live, Marks.OWNER));
        }
        return tool(live).or(() -> managers(live, dry));
    }

    private static Optional<String> tool(Json.Obj live) {
        String release = Fields.annotation(live, "meta.helm.sh/release-name");
        if (!release.isEmpty()) {
            return Optional.of("belongs to the Helm release "
                    + Fields.annotation(live, "meta.helm.sh/release-namespace") + "/" + release);
        }
        String tracking = Fields.annotation(live, "argocd.argoproj.io/tracking-id");
        if (!tracking.isEmpty()) {
            return Optional.of("belongs to the Argo CD application " + tracking.replaceFirst(":.*", ""));
        }
        for (String flux : List.of("kustomize.toolkit.fluxcd.io", "helm.toolkit.fluxcd.io")) {
            String name = Fields.label(live, flux + "/name");
            if (!name.isEmpty()) {
                return Optional.of("belongs to Flux's " + (flux.startsWith("k") ? "Kustomization " : "HelmRelease ")
                        + Fields.label(live, flux + "/namespace") + "/" + name);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> managers(Json.Obj live, Json.Obj dry) {
        Json.Obj declared = ours(dry).orElseGet(() -> new Json.Obj(new LinkedHashMap<>()));
        List<String> owners = new ArrayList<>();
        for (Json.Obj entry : Fields.objects(live, "metadata", "managedFields")) {
            String manager = Fields.text(entry, "manager");
            List<String> fields = new ArrayList<>();
            if (!manager.equals(ClusterApi.MANAGER)
                    && Fields.text(entry, "subresource").isEmpty()) {
                overlap(declared, Fields.object(entry, "fieldsV1"), "", fields);
            }
            if (!fields.isEmpty()) {
                owners.add(manager + " owns " + Listed.few(fields));
            }
        }
        return owners.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", owners));
    }

    /** What this agent owns of an object, as the server writes it. */
    static Optional<Json.Obj> ours(Json.Obj object) {
        return Fields.objects(object, "metadata", "managedFields").stream()
                .filter(entry -> Fields.text(entry, "manager").equals(ClusterApi.MANAGER)
                        && Fields.text(entry, "operation").equals("Apply"))
                .map(entry -> Fields.object(entry, "fieldsV1"))
                .findFirst();
    }

    private static void overlap(Json.Obj declared, Json.Obj theirs, String path, List<String> fields) {
        for (Map.Entry<String, Json> field : declared.fields().entrySet()) {
            String key = field.getKey();
            Json other = theirs.fields().get(key);
            if (key.equals(".") || !(other instanceof Json.Obj inner) || !(field.getValue() instanceof Json.Obj mine)) {
                continue;
            }
            String at = path + (key.startsWith("f:") ? "." + key.substring(2) : "[" + key.substring(2) + "]");
            boolean leaf = mine.fields().keySet().stream().allMatch(k -> k.equals("."))
                    && inner.fields().keySet().stream().allMatch(k -> k.equals("."));
            if (leaf) {
                fields.add(at);
            } else {
                overlap(mine, inner, at, fields);
            }
        }
    }
}
