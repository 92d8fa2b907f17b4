package io.wherry.hub.api;

import io.wherry.base.Version;
import io.wherry.contract.json.Json;
import io.wherry.hub.access.ApiKeys;
import io.wherry.hub.release.Keys;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;

/** Who the hub is, and whom it takes the caller for. */
final class MetaApi {
    private final ApiKeys keys;
    private final Keys trust;
    private final InstantSource clock;

    MetaApi(ApiKeys keys, Keys trust, InstantSource clock) {
        this.keys = keys;
        this.trust = trust;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.of("GET", "/version", "The hub's version and time", request -> version()),
                Route.of("GET", "/whoami", "The caller, as the hub knows it", this::whoami),
                Route.of("GET", "/roots", "The chain of trust roots, version 1 first", request -> roots()));
    }

    private Json.Obj version() {
        return Json.object()
                .put("version", Version.CURRENT)
                .put("time", clock.instant().toString())
                .put("trustDomain", trust.trustDomain().toString())
                .build();
    }

    private Json.Obj whoami(ApiRequest request) {
        Json.Builder me = Json.object()
                .put("name", request.principal().name())
                .put("role", request.principal().role().word())
                .put("trustDomain", trust.trustDomain().toString());
        keys.list().stream()
                .filter(key -> key.id().equals(request.principal().keyId()))
                .findFirst()
                .flatMap(key -> key.times().expires())
                .ifPresent(end -> me.put("expiresAt", end.toString()));
        return me.build();
    }

    private Json.Obj roots() {
        return Json.object()
                .put("trustDomain", trust.trustDomain().toString())
                .put(
                        "envelopes",
                        trust.chain().stream()
                                .map(bytes -> Base64.getEncoder().encodeToString(bytes))
                                .toList())
                .build();
    }
}
