package io.wherry.e2e.kubernetes;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/** What chance makes of a kind's fields. */
record Choice(Random random) {
    void fill(TreeMap<String, String> fields, MadeKind kind) {
        kind.fields().forEach((path, field) -> {
            if (field.always() || random.nextInt(3) == 0) {
                put(fields, kind, path);
            }
        });
    }

    void put(TreeMap<String, String> fields, MadeKind kind) {
        List<String> free = kind.fields().entrySet().stream()
                .filter(field -> !field.getValue().fixed())
                .map(Map.Entry::getKey)
                .toList();
        if (!free.isEmpty()) {
            put(fields, kind, some(free));
        }
    }

    void put(TreeMap<String, String> fields, MadeKind kind, String path) {
        fields.put(
                path, some(Objects.requireNonNull(kind.fields().get(path), path).values()));
    }

    void leaveOut(TreeMap<String, String> fields, MadeKind kind) {
        List<String> own = kind.fields().entrySet().stream()
                .filter(field -> !field.getValue().always() && !field.getValue().fixed())
                .map(Map.Entry::getKey)
                .filter(fields::containsKey)
                .toList();
        if (!own.isEmpty()) {
            fields.remove(some(own));
        }
    }

    <T> T some(Collection<T> of) {
        List<T> list = List.copyOf(of);
        return list.get(random.nextInt(list.size()));
    }
}
