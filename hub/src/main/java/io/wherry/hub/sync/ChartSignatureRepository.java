package io.wherry.hub.sync;

import io.wherry.contract.Digest;
import io.wherry.hub.resource.ChartFrom;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Whose signature an archive has that must be signed: table {@code chart_signature}. */
final class ChartSignatureRepository {
    private ChartSignatureRepository() {}

    /**
     * What was judged.
     *
     * @param archive its digest
     * @param chart   as which it is signed: nothing prevents that one archive lies under two names
     * @param keyring names the keys
     */
    record Key(Digest archive, String chart, String version, Digest keyring) {
        /** Empty for a chart that need not be signed. */
        static Optional<Key> of(ChartFrom from, Digest archive) {
            return from.keyring().map(keyring -> new Key(archive, from.chart(), from.version(), keyring.digest()));
        }
    }

    static Map<Key, String> all(Handle handle) {
        Map<Key, String> signers = new HashMap<>();
        handle.createQuery("SELECT * FROM chart_signature")
                .map((row, context) -> Map.entry(
                        new Key(
                                new Digest(row.getString("digest")),
                                row.getString("chart"),
                                row.getString("version"),
                                new Digest(row.getString("keyring"))),
                        row.getString("signer")))
                .forEach(one -> signers.put(one.getKey(), one.getValue()));
        return signers;
    }

    static void put(Handle handle, Key key, String signer, Instant at) {
        handle.execute(
                "INSERT OR REPLACE INTO chart_signature (digest, chart, version, keyring, signer, verified_at_ms) VALUES (?, ?, ?, ?, ?, ?)",
                key.archive().hex(),
                key.chart(),
                key.version(),
                key.keyring().hex(),
                signer,
                at.toEpochMilli());
    }

    static void delete(Handle handle, Key key) {
        handle.execute(
                "DELETE FROM chart_signature WHERE digest = ? AND chart = ? AND version = ? AND keyring = ?",
                key.archive().hex(),
                key.chart(),
                key.version(),
                key.keyring().hex());
    }
}
