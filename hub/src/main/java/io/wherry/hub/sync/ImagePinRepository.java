package io.wherry.hub.sync;

import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import io.wherry.hub.sync.DigestBook.Tag;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Which digests tags had when they were asked for: table {@code image_pin}. */
final class ImagePinRepository {
    private ImagePinRepository() {}

    static Map<Tag, Digest> ofStack(Handle handle, StackId stack) {
        Map<Tag, Digest> pins = new HashMap<>();
        handle.createQuery("SELECT * FROM image_pin WHERE stack = :stack")
                .bind("stack", stack.value())
                .map((row, context) -> Map.entry(
                        new Tag(stack, new Digest(row.getString("files")), row.getString("image")),
                        new Digest(row.getString("digest"))))
                .forEach(pin -> pins.put(pin.getKey(), pin.getValue()));
        return pins;
    }

    static void put(Handle handle, Tag tag, Digest digest, Instant at) {
        handle.execute("""
                INSERT INTO image_pin (stack, files, image, digest, asked_at_ms) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (stack, files, image) DO UPDATE SET digest = excluded.digest, asked_at_ms = excluded.asked_at_ms""", tag.stack().value(), tag.files().hex(), tag.image(), digest.hex(), at.toEpochMilli());
    }

    /** Forgets what belongs to other files than these. */
    static void keepOnly(Handle handle, StackId stack, Set<Digest> files) {
        Set<String> kept = files.stream().map(Digest::hex).collect(Collectors.toSet());
        handle
                .createQuery("SELECT DISTINCT files FROM image_pin WHERE stack = :stack")
                .bind("stack", stack.value())
                .mapTo(String.class)
                .list()
                .stream()
                .filter(known -> !kept.contains(known))
                .forEach(gone ->
                        handle.execute("DELETE FROM image_pin WHERE stack = ? AND files = ?", stack.value(), gone));
    }
}
