package io.wherry.hub.sync;

import io.wherry.contract.Digest;
import io.wherry.hub.resource.ChartFrom;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Which archive a chart's version was when it was fetched first: table {@code chart_pin}. */
final class ChartPinRepository {
    private ChartPinRepository() {}

    /**
     * What a pin is for: two stacks with the same are given the same archive.
     *
     * @param wanted the digest that the stack names; empty if it names none
     */
    record Key(String url, String chart, String version, String wanted) {
        static Key of(ChartFrom from) {
            return new Key(
                    from.url(),
                    from.chart(),
                    from.version(),
                    from.digest().map(Digest::hex).orElse(""));
        }
    }

    static Map<Key, Digest> all(Handle handle) {
        Map<Key, Digest> pins = new HashMap<>();
        handle.createQuery("SELECT * FROM chart_pin")
                .map((row, context) -> Map.entry(
                        new Key(
                                row.getString("url"),
                                row.getString("chart"),
                                row.getString("version"),
                                row.getString("wanted")),
                        new Digest(row.getString("digest"))))
                .forEach(pin -> pins.put(pin.getKey(), pin.getValue()));
        return pins;
    }

    static Set<Digest> digests(Handle handle) {
        return new HashSet<>(all(handle).values());
    }

    static void put(Handle handle, Key key, Digest digest, Instant at) {
        handle.execute("""
                INSERT INTO chart_pin (url, chart, version, wanted, digest, fetched_at_ms) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (url, chart, version, wanted) DO UPDATE SET digest = excluded.digest, fetched_at_ms = excluded.fetched_at_ms""", key.url(), key.chart(), key.version(), key.wanted(), digest.hex(), at.toEpochMilli());
    }

    static void delete(Handle handle, Key key) {
        handle.execute(
                "DELETE FROM chart_pin WHERE url = ? AND chart = ? AND version = ? AND wanted = ?",
                key.url(),
                key.chart(),
                key.version(),
                key.wanted());
    }
}
