package io.wherry.hub.api;

import io.wherry.base.Suggest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import java.util.Collection;
import java.util.function.Supplier;

/** What every route needs of request bodies and names: errors that name the thing. */
final class Bodies {
    private Bodies() {}

    /** A text that must say something. */
    static String text(Json.Obj body, String key) {
        String text = tried(() -> body.string(key));
        if (text.isBlank()) {
            throw bad(key + ": empty (expected: a value)");
        }
        return text;
    }

    static ApiException bad(String detail) {
        return new ApiException(400, ApiReason.BAD_REQUEST, detail, "");
    }

    /** Runs what refuses bad values by an exception that names them. */
    static <T> T tried(Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException | JsonException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    static ApiException missing(String kind, String name, Collection<String> known) {
        return new ApiException(404, ApiReason.NOT_FOUND, Suggest.missing(kind, name, known), "");
    }
}
