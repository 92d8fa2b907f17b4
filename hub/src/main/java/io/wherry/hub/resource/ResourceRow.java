package io.wherry.hub.resource;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.resource.Stored.Applied;
import io.wherry.hub.resource.Stored.Times;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a resource stands in a row of the table {@code resource}. */
final class ResourceRow {
    static final String COLUMNS =
            "uid, kind, name, document, resource_version, generation, set_name, created_ms, updated_ms, deleting_ms, owner";

    private ResourceRow() {}

    static String document(Resource resource) {
        return text(resource.toJson());
    }

    static @Nullable String owner(Stored<Resource> stored) {
        return stored.owner().map(Owner::toJson).map(ResourceRow::text).orElse(null);
    }

    private static String text(Json.Obj json) {
        return new String(JsonWriter.canonical(json), UTF_8);
    }

    static Stored<Resource> read(ResultSet row) throws SQLException {
        Json.Obj document = JsonReader.object(row.getString("document").getBytes(UTF_8));
        long deleting = row.getLong("deleting_ms");
        Optional<Instant> since = row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(deleting));
        Optional<Owner> owner = Optional.ofNullable(row.getString("owner"))
                .map(text -> Owner.fromJson(JsonReader.object(text.getBytes(UTF_8))));
        return new Stored<>(
                ResourceYaml.fromJson(document),
                row.getString("uid"),
                row.getLong("resource_version"),
                row.getLong("generation"),
                new Applied(Optional.ofNullable(row.getString("set_name")), owner),
                new Times(
                        Instant.ofEpochMilli(row.getLong("created_ms")),
                        Instant.ofEpochMilli(row.getLong("updated_ms")),
                        since));
    }
}
