package io.wherry.agent.runtime.kubernetes.drift;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;

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
        List<Managed> managed = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            Json.Obj entry = entries.get(i);
            managed.add(new Managed(
                    i,
                    entry.findString("manager").orElse(""),
                    entry.findString("operation").orElse(""),
                    entry.findString("subresource").orElse(""),
                    entry.findObject("fieldsV1").map(FieldSet::parse).orElse(FieldSet.NONE)));
        }
        return managed;
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
