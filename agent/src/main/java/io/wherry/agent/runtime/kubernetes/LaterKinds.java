package io.wherry.agent.runtime.kubernetes;

import io.wherry.contract.json.Json;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Kinds that a controller of the cluster makes because of an object of the stack, as Gatekeeper makes one of each ConstraintTemplate and Crossplane of each
 * CompositeResourceDefinition: the object names the kind, or says {@code wherry.io/makes}. What no object leads to is a mistake, and refused at once.
 */
final class LaterKinds {
    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");

    /** Where such objects name it. */
    private static final List<String[]> NAMES = List.of(
            new String[] {"spec", "crd", "spec", "names", "kind"},
            new String[] {"spec", "names", "kind"},
            new String[] {"spec", "claimNames", "kind"});

    private LaterKinds() {}

    /** @return empty where nothing in the stack leads to it */
    static Optional<Kind> find(KubernetesModel model, String apiVersion, String kind) {
        int slash = apiVersion.indexOf('/');
        if (slash < 0) {
            return Optional.empty(); // the core has no kinds of others
        }
        String group = apiVersion.substring(0, slash);
        return model.objects().stream().anyMatch(object -> leadsTo(object, group, kind))
                ? Optional.of(Kind.toBeMade(group, apiVersion.substring(slash + 1), kind))
                : Optional.empty();
    }

    private static boolean leadsTo(Json.Obj object, String group, String kind) {
        boolean isDefinition = Fields.text(object, "kind").equals("CustomResourceDefinition"); // says all itself
        return COMMA.splitAsStream(Fields.annotation(object, Marks.MAKES).strip())
                        .anyMatch(made -> made.equals(kind + "." + group))
                || (!isDefinition
                        && NAMES.stream()
                                .anyMatch(path -> Fields.text(object, path).equals(kind)));
    }
}
