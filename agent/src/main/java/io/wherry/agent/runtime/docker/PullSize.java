package io.wherry.agent.runtime.docker;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How much of an image is still to come, by what an engine says while it pulls: only it knows which layers it lacks, and it learns a layer's size when it
 * begins to fetch it. So what is known grows on the way, and is never more than what is needed.
 */
final class PullSize {
    /**
     * What layers grow by when they are unpacked, in percent: the low end of what gzip makes of a root file system. A higher one would refuse images that
     * fit; what takes more is noticed while it unpacks.
     */
    static final long UNPACKED_PERCENT = 150;

    /** An image may have 127 layers; an engine that tells of more than this tells nonsense, which must not fill our memory. */
    private static final int MAX_LAYERS = 1000;

    /** 1 PiB: a registry may say what it likes, and the sum of all must stay a number. */
    private static final long MAX_LAYER_BYTES = 1L << 50;

    private final Map<String, Layer> layers = new HashMap<>();

    /**
     * @param totalBytes as it is fetched
     * @param toFetch    bytes that are not here yet
     * @param toUnpack   of its bytes as it is fetched, those that are not unpacked yet
     */
    private record Layer(long totalBytes, long toFetch, long toUnpack) {}

    /**
     * Takes one line of the engine's answer. What is no progress of a layer is passed over.
     *
     * @return whether more or less is needed than before
     */
    boolean take(String line) {
        try {
            return take(JsonReader.object(line.getBytes(StandardCharsets.UTF_8)));
        } catch (JsonException e) {
            return false; // the engine's answer is for people; who cannot read it knows no size
        }
    }

    private boolean take(Json.Obj said) {
        String id = said.findString("id").orElse("");
        String status = said.findString("status").orElse("");
        Layer before = layers.get(id);
        Layer now = next(before, status, said);
        if (now == null || now.equals(before) || (before == null && layers.size() >= MAX_LAYERS)) {
            return false;
        }
        layers.put(id, now);
        return true;
    }

    private static @Nullable Layer next(@Nullable Layer before, String status, Json.Obj said) {
        long total = Math.min(MAX_LAYER_BYTES, number(said, "total"));
        long current = number(said, "current");
        return switch (status) {
            case "Downloading" -> total > 0 ? new Layer(total, Math.max(0, total - current), total) : before;
            case "Verifying Checksum", "Download complete" ->
                before == null ? null : new Layer(before.totalBytes(), 0, before.toUnpack());
            case "Extracting" ->
                before == null ? null : new Layer(before.totalBytes(), 0, Math.max(0, before.totalBytes() - current));
            case "Pull complete", "Already exists" -> before == null ? null : new Layer(before.totalBytes(), 0, 0);
            default -> before;
        };
    }

    private static long number(Json.Obj said, String name) {
        return said.findObject("progressDetail")
                .flatMap(detail -> detail.find(name))
                .map(value -> value instanceof Json.Int(long number) ? number : 0L)
                .orElse(0L);
    }

    /** What is to be fetched yet, as far as is known. */
    long toFetchBytes() {
        return layers.values().stream().mapToLong(Layer::toFetch).sum();
    }

    /** What the rest will take on the engine's disk, at least: fetched layers lie there until they are unpacked. */
    long neededBytes() {
        long unpacked = layers.values().stream().mapToLong(Layer::toUnpack).sum();
        return toFetchBytes() + unpacked / 100 * UNPACKED_PERCENT;
    }
}
