package io.wherry.hub.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.BundleRef;
import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.source.ReadSet;
import io.wherry.hub.source.ReadSet.Look;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/** What was packed, from what, and what each group of targets was rendered to: tables {@code bundle, rendering, render_group}. */
public final class BundleRepository {
    private BundleRepository() {}

    public static Optional<BundleRecord> find(Handle handle, Digest digest) {
        return handle.createQuery("SELECT * FROM bundle WHERE digest = :digest")
                .bind("digest", digest.hex())
                .map((row, context) -> bundle(row))
                .findOne();
    }

    /** The bundle that this input was packed to, by whatever version of the hub. */
    public static Optional<BundleRecord> packedFrom(Handle handle, Digest inputs) {
        return handle.createQuery("SELECT b.* FROM rendering r JOIN bundle b ON b.digest = r.bundle WHERE r.key = :key")
                .bind("key", inputs.hex())
                .map((row, context) -> bundle(row))
                .findOne();
    }

    /** Notes that this input was packed to this bundle. Noting it again does no harm. */
    public static void packed(Handle handle, Digest inputs, BundleRecord bundle, Instant at) {
        handle.createUpdate("""
                        INSERT INTO bundle (digest, size_bytes, objects, images, site_variables, secrets, asks, made_at_ms)
                        VALUES (:digest, :size, :objects, :images, :siteVariables, :secrets, :asks, :at) ON CONFLICT DO NOTHING""")
                .bind("digest", bundle.ref().digest().hex())
                .bind("size", bundle.ref().sizeBytes())
                .bind("objects", texts(bundle.objects()))
                .bind("images", texts(bundle.images()))
                .bind("siteVariables", texts(bundle.siteVariables()))
                .bind(
                        "secrets",
                        JsonWriter.compact(
                                Json.object().put("v", bundle.secrets()).build()))
                .bind("asks", texts(bundle.asks()))
                .bind("at", at.toEpochMilli())
                .execute();
        handle.execute(
                "INSERT INTO rendering (key, bundle) VALUES (?, ?) ON CONFLICT DO NOTHING",
                inputs.hex(),
                bundle.ref().digest().hex());
    }

    /** What the groups of a stack were rendered to last, by their keys. */
    public static Map<String, RenderGroupRecord> groups(Handle handle, StackId stack) {
        Map<String, RenderGroupRecord> groups = new HashMap<>();
        handle.createQuery("SELECT * FROM render_group WHERE stack = :stack")
                .bind("stack", stack.value())
                .map((row, context) -> Map.entry(row.getString("group_key"), group(row)))
                .forEach(entry -> groups.put(entry.getKey(), entry.getValue()));
        return groups;
    }

    /** Replaces what is known of a stack's groups. */
    public static void putGroups(Handle handle, StackId stack, Map<String, RenderGroupRecord> groups) {
        handle.execute("DELETE FROM render_group WHERE stack = ?", stack.value());
        groups.forEach((key, group) -> handle.createUpdate("""
                        INSERT INTO render_group (stack, group_key, looks, pins, bundle, problems)
                        VALUES (:stack, :key, :looks, :pins, :bundle, :problems)""")
                .bind("stack", stack.value())
                .bind("key", key)
                .bind("looks", looks(group.readSet()))
                .bind("pins", pins(group.pins()))
                .bind("bundle", group.bundle().map(Digest::hex).orElse(null))
                .bind("problems", texts(group.problems()))
                .execute());
    }

    private static String looks(ReadSet readSet) {
        Json.Builder files = Json.object();
        Json.Builder listings = Json.object();
        readSet.looks()
                .forEach((look, found) -> (look.kind() == Look.Kind.FILE ? files : listings).put(look.path(), found));
        return JsonWriter.compact(Json.object()
                .put("files", files.build())
                .put("listings", listings.build())
                .build());
    }

    private static ReadSet readSet(Json.Obj json) {
        SortedMap<Look, String> looks = new TreeMap<>();
        json.stringMap("files").forEach((path, found) -> looks.put(new Look(Look.Kind.FILE, path), found));
        json.stringMap("listings").forEach((path, found) -> looks.put(new Look(Look.Kind.LISTING, path), found));
        return new ReadSet(looks);
    }

    private static RenderGroupRecord group(ResultSet row) throws SQLException {
        return new RenderGroupRecord(
                readSet(JsonReader.object(row.getString("looks").getBytes(UTF_8))),
                new TreeMap<>(
                        JsonReader.object(row.getString("pins").getBytes(UTF_8)).stringMap("v")),
                Optional.ofNullable(row.getString("bundle")).map(Digest::new),
                list(row.getString("problems")));
    }

    private static BundleRecord bundle(ResultSet row) throws SQLException {
        return new BundleRecord(
                new BundleRef(new Digest(row.getString("digest")), row.getLong("size_bytes")),
                new TreeSet<>(list(row.getString("objects"))),
                list(row.getString("images")),
                new TreeSet<>(list(row.getString("site_variables"))),
                new TreeMap<>(JsonReader.object(row.getString("secrets").getBytes(UTF_8))
                        .stringMap("v")),
                new TreeSet<>(list(row.getString("asks"))));
    }

    private static String pins(SortedMap<String, String> pins) {
        return pins.isEmpty()
                ? "{}"
                : JsonWriter.compact(Json.object().put("v", pins).build());
    }

    private static String texts(Iterable<String> texts) {
        return JsonWriter.compact(Json.Arr.ofStrings(texts));
    }

    private static List<String> list(String column) {
        Json items = JsonReader.document(column.getBytes(UTF_8));
        return Json.object().put("v", items).build().strings("v");
    }
}
