package io.wherry.hub.web;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.YamlWriter;
import io.wherry.hub.resource.Metadata;
import io.wherry.hub.resource.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What pages of one object have in common: its conditions, and itself as YAML. */
final class Details {
    private static final Set<String> GOOD_IF_FALSE = Set.of("Drifted", "Stalled");

    private Details() {}

    /** One condition. */
    record Condition(String type, State state, String reason, String message, String since) {}

    static List<Condition> conditions(Json.Obj status) {
        List<Condition> conditions = new ArrayList<>();
        for (Json.Obj one : status.objects("conditions")) {
            String type = one.string("type");
            String reason = one.findString("reason").orElse("");
            // What is not known is not what it would be if it were bad; that nobody is heard is.
            boolean told = !reason.equals("AllGood")
                    && (!one.string("status").equals("Unknown")
                            || State.isSilent(reason)
                            || reason.equals("NoTargets"));
            String since = one.findString("lastTransitionTime").orElse("");
            conditions.add(new Condition(
                    type,
                    state(type, one.string("status")),
                    told ? reason : "",
                    told || reason.equals("AllGood") ? one.findString("message").orElse("") : "",
                    since.startsWith("1970-") ? "" : since)); // never: there was no report
        }
        return conditions;
    }

    private static State state(String type, String status) {
        if (status.equals("Unknown")) {
            return State.unknown("Unknown");
        }
        boolean holds = status.equals("True");
        if (type.equals("Reconciling")) {
            return holds ? new State("working", "…", "True") : State.good("False");
        }
        boolean good = holds != GOOD_IF_FALSE.contains(type);
        return good ? State.good(status) : State.bad(status);
    }

    /**
     * An object as a file.
     *
     * @param yaml  that {@code wherry apply -f} takes
     * @param owner the file that declares it and its commit, or empty: it is a person's
     */
    record AsFile(String yaml, String owner) {}

    static AsFile file(Json.Obj resource) {
        return new AsFile(
                yaml(resource),
                resource.object("metadata")
                        .findObject("owner")
                        .map(Owner::fromJson)
                        .map(Owner::text)
                        .orElse(""));
    }

    private static String yaml(Json.Obj resource) {
        Json.Builder file = Json.object();
        resource.fields().forEach((key, value) -> {
            if (key.equals("metadata")) {
                file.put(key, Metadata.withoutAdded(resource.object(key)));
            } else if (!key.equals("status")) {
                file.put(key, value);
            }
        });
        return YamlWriter.write(file.build());
    }

    static String name(Json.Obj resource) {
        return resource.object("metadata").string("name");
    }

    static Json.Obj status(Json.Obj resource) {
        return resource.findObject("status").orElseGet(() -> Json.object().build());
    }

    /** {@code environment=production, site=oslo}. */
    static String labels(Json.Obj resource) {
        Json.Obj metadata = resource.object("metadata");
        Map<String, String> labels = metadata.find("labels").isPresent() ? metadata.stringMap("labels") : Map.of();
        return labels.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /** Its first ten characters: enough to find it. */
    static String commit(String whole) {
        return whole.substring(0, Math.min(10, whole.length()));
    }
}
