package io.wherry.agent.runtime.kubernetes.drift;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * One entry of {@code metadata.managedFields}: who owns what.
 *
 * @param index       its place in the list
 * @param operation   {@code Apply} or {@code Update}
 * @param subresource empty: the object itself
 */
record Managed(int index, String manager, String operation, String subresource, FieldSet fields) {
    /** The agent's field manager. */
    static final String OURS = "wherry-agent";

    /** Of an object as the API server gives it; none where it keeps no owners. */
    static List<Managed> of(Json.Obj object) {
        List<Json.Obj> entries = object.findObject("metadata")
                .map(metadata -> metadata.objects("managedFields"))
                .orElse(List.of());
        boolean secret = object.findString("kind").orElse("").equals("Secret");
        List<Managed> managed = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            Json.Obj entry = entries.get(i);
            managed.add(new Managed(
                    i,
                    entry.findString("manager").orElse(""),
                    entry.findString("operation").orElse(""),
                    entry.findString("subresource").orElse(""),
                    entry.findObject("fieldsV1")
                            .map(FieldSet::parse)
                            .map(fields -> secret ? withData(fields) : fields)
                            .orElse(FieldSet.NONE)));
        }
        return managed;
    }

    /** The API server turns {@code stringData} of a Secret into {@code data} and forgets it, all but in the list of who owns what. */
    private static FieldSet withData(FieldSet fields) {
        FieldSet texts = fields.child(STRING_DATA);
        if (texts.isEmpty()) {
            return fields;
        }
        SequencedMap<PathElement, FieldSet> children = new LinkedHashMap<>(fields.children());
        children.remove(STRING_DATA);
        children.merge(new PathElement.Field("data"), texts, FieldSet::plus);
        return new FieldSet(fields.member(), children);
    }

    private static final PathElement STRING_DATA = new PathElement.Field("stringData");

    /** Whether it came through {@code kubectl scale}, or an autoscaler, which both set nothing but replicas. */
    boolean isScale() {
        return subresource.equals("scale");
    }

    /** What the agent has declared: its entry by apply. Fields that the API server noted as changed by a patch of ours are not declared. */
    boolean isDeclared() {
        return manager.equals(OURS) && operation.equals("Apply") && subresource.isEmpty();
    }

    /** What the agent has declared of the object. */
    static FieldSet declared(Json.Obj object) {
        return of(object).stream()
                .filter(Managed::isDeclared)
                .map(Managed::fields)
                .reduce(FieldSet.NONE, FieldSet::plus);
    }
}
