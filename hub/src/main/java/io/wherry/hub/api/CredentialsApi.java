package io.wherry.hub.api;

import io.wherry.base.Secret;
import io.wherry.contract.json.Json;
import io.wherry.hub.db.Database;
import io.wherry.hub.vault.Credential;
import io.wherry.hub.vault.CredentialValue;
import io.wherry.hub.vault.Credentials;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Credentials: written here, shown nowhere. */
final class CredentialsApi {
    /** Years of four digits: what every reader of a date understands. */
    private static final Instant LATEST_END = Instant.parse("9999-12-31T23:59:59Z");

    private final Database db;
    private final Credentials credentials;
    private final Audited audited;
    private final CredentialTest test;
    private final Runnable changed;

    /** Tries a credential on a repository. */
    @FunctionalInterface
    interface CredentialTest {
        /** Empty if the server accepted it; otherwise what it said. */
        Optional<String> refusal(String credential, String url, Optional<String> hostKeys);
    }

    /** @param changed what looks at the stacks again */
    CredentialsApi(Database db, Credentials credentials, Audited audited, CredentialTest test, Runnable changed) {
        this.db = db;
        this.credentials = credentials;
        this.audited = audited;
        this.test = test;
        this.changed = changed;
    }

    List<Route> routes() {
        return List.of(
                Route.of("GET", "/credentials", "A page of credentials, without their values", this::list)
                        .query(Field.number("limit"), Field.text("continue")),
                Route.of("POST", "/credentials", "Store a credential", this::create)
                        .body(
                                Field.text("name").must(),
                                Field.text("type").must(),
                                Field.text("host"),
                                Field.names("stacks"),
                                Field.text("username"),
                                Field.text("value").must(),
                                Field.text("expiresAt")),
                Route.of("POST", "/credentials/{name}/rotate", "Replace a credential's value", this::rotate)
                        .body(Field.text("username"), Field.text("value").must(), Field.text("expiresAt")),
                Route.of("POST", "/credentials/{name}/test", "Try a credential on a repository", this::test)
                        .body(Field.text("url").must(), Field.text("hostKeys")),
                Route.of("DELETE", "/credentials/{name}", "Delete a credential", this::delete));
    }

    private Json.Obj list(ApiRequest request) {
        return Paging.page(request, credentials.list(), Credential::name, CredentialsApi::json);
    }

    private static Json.Obj json(Credential credential) {
        Json.Builder json = Json.object().put("name", credential.name()).put("type", credential.type());
        credential.whom().put(json);
        return json.put("version", credential.version())
                .put("rotatedAt", credential.times().rotated().toString())
                .putIf("expiresAt", credential.times().expires().map(Instant::toString))
                .putIf("lastUsed", credential.times().lastUsed().map(Instant::toString))
                .build();
    }

    private Json.Obj create(ApiRequest request) {
        Json.Obj body = request.body();
        String name = Bodies.text(body, "name");
        CredentialValue value = value(Bodies.text(body, "type"), body);
        Optional<Instant> expires = expires(body);
        Optional<Credential> made = Bodies.tried(() -> db.write(handle -> {
            Optional<Credential> created =
                    switch (value) {
                        case CredentialValue.Plain plain ->
                            credentials.createSecret(handle, name, secretStacks(body), plain, expires);
                        case CredentialValue.Registry login ->
                            credentials.createLogin(
                                    handle, name, Bodies.text(body, "host"), stacks(body), login, expires);
                        case CredentialValue.Webhook webhook -> {
                            forNobody(body);
                            yield credentials.createWebhook(handle, name, webhook, expires);
                        }
                        case CredentialValue.Token _, CredentialValue.Basic _, CredentialValue.SshKey _ ->
                            credentials.create(handle, name, host(body), value, expires);
                    };
            if (created.isPresent()) {
                audited.done(handle, request, "credential.create", "Credential/" + name);
            }
            return created;
        }));
        changed.run(); // a stack may wait for it
        return json(made.orElseThrow(() -> new ApiException(
                409,
                ApiReason.CONFLICT,
                "there is a credential named " + name,
                "wherry credential rotate " + name + " --value-file FILE")));
    }

    private static SortedSet<String> secretStacks(Json.Obj body) {
        if (body.find("host").isPresent()) {
            throw Bodies.bad("host: given for a secret (expected: none; it is sealed to agents and sent to no host)");
        }
        return stacks(body);
    }

    private static void forNobody(Json.Obj body) {
        for (String key : List.of("host", "stacks", "username")) {
            if (body.find(key).isPresent()) {
                throw Bodies.bad(key + ": given for a webhook's secret (expected: none; it never leaves the hub)");
            }
        }
    }

    private static SortedSet<String> stacks(Json.Obj body) {
        return new TreeSet<>(body.find("stacks").isPresent() ? body.strings("stacks") : List.of());
    }

    private static String host(Json.Obj body) {
        if (body.find("stacks").isPresent()) {
            throw Bodies.bad(
                    "stacks: given for a credential of a host (expected: none; they belong to types secret and registry)");
        }
        return Bodies.text(body, "host");
    }

    private static CredentialValue value(String type, Json.Obj body) {
        return Bodies.tried(() -> switch (type) {
            case "token" -> new CredentialValue.Token(Secret.of(Bodies.text(body, "value")));
            case "basic" ->
                new CredentialValue.Basic(Bodies.text(body, "username"), Secret.of(Bodies.text(body, "value")));
            case CredentialValue.Registry.TYPE ->
                new CredentialValue.Registry(Bodies.text(body, "username"), Secret.of(Bodies.text(body, "value")));
            case CredentialValue.Plain.TYPE -> new CredentialValue.Plain(Secret.of(body.string("value")));
            case CredentialValue.SshKey.TYPE -> new CredentialValue.SshKey(Secret.of(Bodies.text(body, "value")));
            case CredentialValue.Webhook.TYPE -> new CredentialValue.Webhook(Secret.of(Bodies.text(body, "value")));
            default ->
                throw Bodies.bad(
                        "type: " + type + (CredentialValue.LATER_TYPES.contains(type) ? " is not in this version" : "")
                                + " (expected: token, basic, sshKey, registry, secret or webhook)");
        });
    }

    private static Optional<Instant> expires(Json.Obj body) {
        try {
            Optional<Instant> end = body.findString("expiresAt").map(Instant::parse);
            if (end.filter(LATEST_END::isBefore).isPresent()) {
                throw Bodies.bad("expiresAt: " + end.get() + " (expected: at most " + LATEST_END + ")");
            }
            return end;
        } catch (DateTimeParseException e) {
            throw Bodies.bad(
                    "expiresAt: " + body.string("expiresAt") + " (expected: a time like 2027-01-31T00:00:00Z)");
        }
    }

    private Json.Obj rotate(ApiRequest request) {
        Json.Obj body = request.body();
        Credential before = find(request.name());
        CredentialValue value = value(before.type(), body);
        Optional<Instant> expires = expires(body);
        Optional<Credential> done = db.write(handle -> {
            Optional<Credential> rotated = credentials.rotate(handle, before.name(), value, expires);
            rotated.ifPresent(
                    after -> audited.done(handle, request, "credential.rotate", "Credential/" + after.name()));
            return rotated;
        });
        changed.run(); // stacks that use it get a new generation
        return json(done.orElseThrow(() -> missing(request.name())));
    }

    private Json.Obj test(ApiRequest request) {
        Credential credential = find(request.name());
        if (credential.isSecret()) {
            throw Bodies.bad("credential " + credential.name()
                    + ": is a secret for stacks and is sent to no host (expected: one of type token, basic or sshKey)");
        }
        if (credential.isForWebhooks()) {
            throw Bodies.bad("credential " + credential.name()
                    + ": is a webhook's secret and is sent to no host (expected: one of type token, basic or sshKey)");
        }
        if (credential.isForRegistry()) {
            throw Bodies.bad(
                    "credential " + credential.name()
                            + ": is a login for a registry of images (expected: one of type token or basic; a stack with images.resolveDigests tries it)");
        }
        String url = Bodies.text(request.body(), "url");
        Optional<String> refusal =
                test.refusal(credential.name(), url, request.body().findString("hostKeys"));
        return Json.object()
                .put("ok", refusal.isEmpty())
                .put(
                        "message",
                        refusal.map(why -> "was refused: " + why).orElse("was accepted by " + credential.host()))
                .build();
    }

    private Json.Obj delete(ApiRequest request) {
        Credential credential = find(request.name());
        db.run(handle -> {
            if (credentials.delete(handle, credential.name())) {
                audited.done(handle, request, "credential.delete", "Credential/" + credential.name());
            }
        });
        changed.run();
        return Json.object().put("action", "deleted").build();
    }

    private Credential find(String name) {
        return credentials.find(name).orElseThrow(() -> missing(name));
    }

    private ApiException missing(String name) {
        return Bodies.missing(
                "credential",
                name,
                credentials.list().stream().map(Credential::name).toList());
    }
}
