package io.wherry.hub.resource;

import io.wherry.base.yaml.Fields;
import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problem;
import io.wherry.base.yaml.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The fields of a resource: strict fields that also know what is not in this version, and records that refuse their values. */
final class Strict {
    private final Fields fields;
    private final Problems problems;
    private final List<Strict> subs = new ArrayList<>();

    Strict(Fields fields, Problems problems) {
        this.fields = fields;
        this.problems = problems;
    }

    Fields get() {
        return fields;
    }

    Problems problems() {
        return problems;
    }

    Position at() {
        return fields.at();
    }

    /** The fields below the key; none where it is absent. Checked together with this one by {@link #done}. */
    Strict sub(String key) {
        return add(fields.fields(key));
    }

    List<Strict> list(String key) {
        return fields.list(key).stream().map(this::add).toList();
    }

    private Strict add(Fields below) {
        Strict sub = new Strict(below, problems);
        subs.add(sub);
        return sub;
    }

    boolean has(String key) {
        return fields.find(key).isPresent();
    }

    /** A key that may be there and says nothing to us. */
    void ignore(String... keys) {
        for (String key : keys) {
            if (fields.keys().contains(key)) {
                fields.find(key);
            }
        }
    }

    /** Refuses keys that the design has and this version has not. They are not suggested to who mistypes another. */
    void later(String... keys) {
        for (String key : keys) {
            refused(key, "is not in this version", "remove it");
        }
    }

    /** Refuses a key for a reason that is better said than "unknown". */
    void refused(String key, String why, String hint) {
        if (fields.keys().contains(key)) {
            fields.find(key);
            fields.problem(key, why, hint);
        }
    }

    /** One of the words; for one of the later words, that it is not in this version. */
    <E extends Enum<E>> Optional<E> choice(String key, Map<String, E> words, List<String> later) {
        Optional<String> word = fields.text(key);
        if (word.isPresent() && later.contains(word.get())) {
            fields.problem(
                    key,
                    "\"" + word.get() + "\" is not in this version",
                    "this version has " + String.join(", ", words.keySet()));
            return Optional.empty();
        }
        return fields.choice(key, words);
    }

    /** Makes a record of the fields; what it refuses becomes a problem at the field that its message names, or here. */
    <T> Optional<T> build(Supplier<T> record) {
        try {
            return Optional.of(record.get());
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            problems.add(new Problem(at(message), message, ""));
            return Optional.empty();
        }
    }

    private Position at(String message) {
        String key = message.split("[: ]", 2)[0];
        return fields.keys().contains(key) ? fields.at(key) : fields.at();
    }

    /** Refuses every key that nobody asked for, here and below. */
    void done() {
        subs.forEach(Strict::done);
        fields.done();
    }
}
