package io.wherry.contract;

import io.wherry.contract.json.Json;

/**
 * One difference between what was asked for and what was found. Values that may hold secrets come as a keyed hash, never as they are.
 *
 * @param object {@code service/web}
 * @param field  {@code image}, {@code environment.MODE}; empty: the whole object
 * @param wanted what was asked for; empty: nothing
 * @param found  what is there; empty: nothing
 */
public record Difference(String object, String field, String wanted, String found) {
    public Difference {
        Check.filled("object", object, Limits.SENTENCE_CHARS);
        Check.text("field", field, Limits.SENTENCE_CHARS);
        Check.text("wanted", wanted, Limits.SENTENCE_CHARS);
        Check.text("found", found, Limits.SENTENCE_CHARS);
    }

    Json toJson() {
        return Json.object()
                .put("object", object)
                .put("field", field)
                .put("wanted", wanted)
                .put("found", found)
                .build();
    }

    static Difference parse(Json.Obj difference) {
        return new Difference(
                difference.string("object"),
                difference.string("field"),
                difference.string("wanted"),
                difference.string("found"));
    }
}
