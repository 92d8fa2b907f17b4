package io.wherry.contract;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The roles of a trust root.
 *
 * @param root    signs the next root
 * @param hub     signs assignments; one key per hub, threshold 1
 * @param log     signs checkpoints of the audit log
 * @param release signs releases: environment to role; {@code *} is for every environment without a role of its own, and for agents without one
 */
public record Roles(Role root, Role hub, Role log, SortedMap<String, Role> release) {
    /** Any environment. */
    public static final String ANY = "*";

    public Roles {
        release = Collections.unmodifiableSortedMap(new TreeMap<>(release));
        Check.range("release", release.size(), 1, Limits.ENVIRONMENTS);
        release.keySet().stream().filter(name -> !name.equals(ANY)).forEach(name -> Check.name("release", name));
    }

    /** The role whose signature a release needs at an agent of this environment (empty text: none). */
    public Optional<Role> releaseFor(String environment) {
        return Optional.ofNullable(release.get(environment)).or(() -> Optional.ofNullable(release.get(ANY)));
    }

    Stream<Role> all() {
        return Stream.concat(List.of(root, hub, log).stream(), release.values().stream());
    }

    Json toJson() {
        Json.Builder releases = Json.object();
        release.forEach((environment, role) -> releases.put(environment, role.toJson()));
        return Json.object()
                .put("root", root.toJson())
                .put("hub", hub.toJson())
                .put("log", log.toJson())
                .put("release", releases.build())
                .build();
    }

    static Roles parse(Json.Obj roles) {
        SortedMap<String, Role> release = new TreeMap<>();
        roles.object("release").fields().forEach((environment, role) -> {
            if (!(role instanceof Json.Obj object)) {
                throw new JsonException("release." + environment + ": not an object (expected: a role)");
            }
            release.put(environment, Role.parse(object));
        });
        return new Roles(
                Role.parse(roles.object("root")),
                Role.parse(roles.object("hub")),
                Role.parse(roles.object("log")),
                release);
    }
}
