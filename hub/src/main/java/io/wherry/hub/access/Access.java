package io.wherry.hub.access;

import io.wherry.hub.access.Authentication.Authenticated;
import io.wherry.hub.access.Authentication.Rejected;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Judges who calls, and whether they may. */
public final class Access {
    private final ApiKeys keys;
    private final InstantSource clock;
    private final Map<String, Instant> lastUsed = new ConcurrentHashMap<>();

    public Access(ApiKeys keys, InstantSource clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * Judges the token of an {@code Authorization: Bearer} header.
     *
     * <p>A wrong secret and an unknown id get the same answer. That a key has expired is told only to who shows its secret.
     */
    public Authentication authenticate(Optional<String> bearer) {
        if (bearer.isEmpty()) {
            return new Rejected(AccessReason.LOGIN_REQUIRED, "no key was sent (wherry login)");
        }
        Optional<KeyText> text = KeyText.parse(bearer.get());
        Optional<ApiKey> key = text.flatMap(this::prove);
        Instant now = clock.instant();
        if (key.isEmpty()) {
            return new Rejected(
                    AccessReason.KEY_UNKNOWN,
                    "the key is not one of this hub's (mistyped, revoked, or another hub's; wherry login)");
        }
        if (key.get().expired(now)) {
            return new Rejected(
                    AccessReason.KEY_EXPIRED, "the key has expired (ask an administrator for another; wherry login)");
        }
        lastUsed.put(key.get().id(), now);
        return new Authenticated(
                new Principal(key.get().id(), key.get().name(), key.get().role()));
    }

    /**
     * The holder of a key whose secret was judged before, as it stands now.
     *
     * <p>Empty once the key was revoked or has expired. It is no use of the key: a page that was left open asks this again and again.
     */
    public Optional<Principal> holder(String keyId) {
        Instant now = clock.instant();
        return keys.find(keyId)
                .map(Map.Entry::getKey)
                .filter(key -> !key.expired(now))
                .map(key -> new Principal(key.id(), key.name(), key.role()));
    }

    /** Somebody did something with what a key had begun. */
    public void used(Principal holder) {
        lastUsed.put(holder.keyId(), clock.instant());
    }

    private Optional<ApiKey> prove(KeyText shown) {
        return keys.find(shown.id())
                .filter(found -> MessageDigest.isEqual(found.getValue(), shown.hash()))
                .map(Map.Entry::getKey);
    }

    /** Whether the principal may call the route; a route that the table does not have is denied to everyone. */
    public boolean permits(Principal principal, String verb, String path) {
        return Permissions.find(verb, path)
                .filter(permission -> permission.roles().contains(principal.role()))
                .isPresent();
    }

    /** Writes down when keys were used last. Called by a loop once a minute and at the end: no write on the path of a request. */
    public void flushLastUsed() {
        Map<String, Instant> batch = new HashMap<>(lastUsed);
        if (!batch.isEmpty()) {
            keys.used(batch);
            batch.forEach(lastUsed::remove);
        }
    }
}
