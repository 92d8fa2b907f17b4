package io.wherry.hub.api;

import io.wherry.contract.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** What a route gives back. */
sealed interface Answer {

    /**
     * A document.
     *
     * @param version resource version, where it is one object: becomes a part of its {@code ETag}
     */
    record Document(Json.Obj value, Optional<Long> version) implements Answer {}

    /** Lines of JSON, for as long as the reader stays. */
    record Lines(Writer writer) implements Answer {}

    /**
     * Bytes of any number. All that can be refused was refused before; what fails in the middle breaks it off, so its form must show that it is whole.
     *
     * @param contentType media type
     */
    record Stream(String contentType, Writer writer) implements Answer {}

    /** Writes lines until it is done or the reader is gone, which shows as an {@link IOException}. */
    @FunctionalInterface
    interface Writer {
        void write(OutputStream out) throws IOException;
    }

    static Answer json(Json.Obj value) {
        return new Document(value, Optional.empty());
    }

    static Answer json(Json.Obj value, long version) {
        return new Document(value, Optional.of(version));
    }
}
