package io.wherry.hub.api;

import io.wherry.base.Durations;
import io.wherry.contract.JoinToken;
import io.wherry.contract.json.Json;
import io.wherry.hub.fleet.JoinTokenRecord;
import io.wherry.hub.fleet.JoinTokenSpec;
import io.wherry.hub.fleet.JoinTokens;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** Join tokens. The token itself is in the answer to its creation and nowhere else. */
final class TokensApi {
    private final JoinTokens tokens;
    private final InstantSource clock;

    TokensApi(JoinTokens tokens, InstantSource clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                Route.of("GET", "/tokens", "A page of join tokens, newest first, without their secrets", this::list)
                        .query(Field.number("limit"), Field.text("continue")),
                Route.of("POST", "/tokens", "Create a single-use join token", this::create)
                        .body(
                                Field.texts("labels"),
                                Field.text("environment"),
                                Field.text("ttl"),
                                Field.flag("approval")),
                Route.of("DELETE", "/tokens/{id}", "Revoke a join token", this::revoke));
    }

    private Json.Obj list(ApiRequest request) {
        return Paging.page(request, tokens.list(), TokensApi::newestFirst, this::json);
    }

    private static String newestFirst(JoinTokenRecord token) {
        return String.format(
                Locale.ROOT, "%019d %s", Long.MAX_VALUE - token.created().toEpochMilli(), token.id());
    }

    private Json.Obj json(JoinTokenRecord token) {
        return Json.object()
                .put("id", token.id())
                .put("state", token.state(clock.instant()))
                .put("labels", token.labels())
                .put("environment", token.environment())
                .put("approval", token.approval())
                .put("createdBy", token.createdBy())
                .put("expiresAt", token.expires().toString())
                .build();
    }

    private Json.Obj create(ApiRequest request) {
        Json.Obj body = request.body();
        JoinTokenSpec spec = Bodies.tried(() -> new JoinTokenSpec(
                new TreeMap<>(body.stringMap("labels")),
                body.findString("environment").orElse(""),
                body.findString("ttl").map(Durations::parse).orElse(JoinTokenSpec.DEFAULT_TTL),
                body.boolOr("approval", false)));
        JoinToken token = tokens.create(spec, Audited.who(request));
        Json.Builder answer = Json.object();
        tokens.find(token.id()).ifPresent(record -> json(record).fields().forEach(answer::put));
        return answer.put("token", token.encode()).build();
    }

    private Json.Obj revoke(ApiRequest request) {
        String id = request.parameter("id");
        if (!tokens.revoke(id, Audited.who(request))) {
            throw Bodies.missing(
                    "token", id, tokens.list().stream().map(JoinTokenRecord::id).toList());
        }
        return Json.object().put("action", "revoked").build();
    }
}
