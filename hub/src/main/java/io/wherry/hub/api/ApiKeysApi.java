package io.wherry.hub.api;

import io.wherry.base.Durations;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.hub.access.ApiKey;
import io.wherry.hub.access.ApiKeys;
import io.wherry.hub.access.NewKey;
import io.wherry.hub.access.Role;
import io.wherry.hub.db.Database;
import io.wherry.hub.sync.PlanApprovals;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** API keys. The key itself is in the answer to its creation and nowhere else. */
final class ApiKeysApi {
    /** A quarter: long enough not to be renewed in anger, short enough that forgotten keys end. */
    private static final Duration DEFAULT_TTL = Duration.ofDays(90);

    private final Database db;
    private final ApiKeys keys;
    private final PlanApprovals plans;
    private final Audited audited;
    private final Runnable revoked;
    private final InstantSource clock;

    /** @param revoked has what was begun with a key looked at again */
    ApiKeysApi(Database db, ApiKeys keys, PlanApprovals plans, Audited audited, Runnable revoked, InstantSource clock) {
        this.db = db;
        this.keys = keys;
        this.plans = plans;
        this.audited = audited;
        this.revoked = revoked;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.of("GET", "/apikeys", "A page of API keys, without their secrets", this::list)
                        .query(Field.number("limit"), Field.text("continue")),
                Route.of("POST", "/apikeys", "Create an API key", this::create)
                        .body(Field.text("name").must(), Field.text("role").must(), Field.text("ttl")),
                Route.of("DELETE", "/apikeys/{name}", "Revoke an API key at once", this::revoke));
    }

    private Json.Obj list(ApiRequest request) {
        return Paging.page(request, keys.list(), ApiKey::name, ApiKeysApi::json);
    }

    private static Json.Obj json(ApiKey key) {
        return Json.object()
                .put("id", key.id())
                .put("name", key.name())
                .put("role", key.role().word())
                .put("createdBy", key.createdBy())
                .putIf("expiresAt", key.times().expires().map(Instant::toString))
                .putIf("lastUsed", key.times().lastUsed().map(Instant::toString))
                .build();
    }

    private Json.Obj create(ApiRequest request) {
        Json.Obj body = request.body();
        String name = Bodies.text(body, "name");
        String word = Bodies.text(body, "role");
        Role role = Role.find(word)
                .orElseThrow(() ->
                        Bodies.bad("role: " + word + " (expected: one of " + String.join(", ", Role.words()) + ")"));
        Duration ttl =
                Bodies.tried(() -> body.findString("ttl").map(Durations::parse).orElse(DEFAULT_TTL));
        NewKey made = Bodies.tried(() -> db.write(handle -> {
            NewKey key = keys.create(
                    handle,
                    name,
                    role,
                    Optional.of(clock.instant().plus(ttl)),
                    request.principal().name());
            if (key instanceof NewKey.Made) {
                audited.done(handle, request, "apikey.create", "ApiKey/" + name);
            }
            return key;
        }));
        return switch (made) {
            case NewKey.Made(ApiKey key, var text) -> {
                Json.Builder answer = Json.object();
                json(key).fields().forEach(answer::put);
                yield answer.put("key", text.reveal()).build();
            }
            case NewKey.NameTaken(String taken) ->
                throw new ApiException(
                        409,
                        ApiReason.CONFLICT,
                        "there is an API key named " + taken,
                        "choose another name, or revoke that one");
        };
    }

    private Json.Obj revoke(ApiRequest request) {
        String asked = request.name();
        String name = keys.list().stream()
                .filter(key -> key.id().equals(asked) || key.name().equals(asked))
                .map(ApiKey::name)
                .findFirst()
                .orElseThrow(() -> Bodies.missing(
                        "API key", asked, keys.list().stream().map(ApiKey::name).toList()));
        Set<StackId> voted = db.write(handle -> {
            if (keys.isLastAdministrator(handle, name)) {
                throw new ApiException(
                        409,
                        ApiReason.CONFLICT,
                        "API key " + name
                                + " is the last one of an administrator: without it nobody could make another",
                        "make one first: wherry apikey create NAME --role admin");
            }
            if (!keys.revoke(handle, name)) {
                return Set.of(); // somebody else was faster
            }
            audited.done(handle, request, "apikey.revoke", "ApiKey/" + name);
            return plans.takeBack(handle, name);
        });
        revoked.run();
        plans.reconsider(voted);
        return Json.object().put("action", "revoked").build();
    }
}
