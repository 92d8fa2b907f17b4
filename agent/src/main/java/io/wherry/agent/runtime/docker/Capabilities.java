package io.wherry.agent.runtime.docker;

import io.wherry.contract.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.TreeSet;

/** Capabilities by their full names, sorted, each once, as Compose sends them: ALL stands alone, and adding wins over dropping. */
public final class Capabilities {
    private static final String ALL = "ALL";

    private Capabilities() {}

    public static void put(Json.Obj raw, Json.Builder host, String addField, String dropField) {
        NavigableSet<String> add = names(raw.strings("cap_add"));
        NavigableSet<String> drop = names(raw.strings("cap_drop"));
        drop.removeAll(add);
        host.put(addField, Json.Arr.ofStrings(List.copyOf(add)));
        host.put(dropField, Json.Arr.ofStrings(List.copyOf(drop)));
    }

    private static NavigableSet<String> names(List<String> written) {
        NavigableSet<String> names = new TreeSet<>();
        for (String one : written) {
            String name = one.strip().toUpperCase(Locale.ROOT);
            names.add(name.equals(ALL) || name.startsWith("CAP_") ? name : "CAP_" + name);
        }
        return names.contains(ALL) ? new TreeSet<>(List.of(ALL)) : names;
    }
}
