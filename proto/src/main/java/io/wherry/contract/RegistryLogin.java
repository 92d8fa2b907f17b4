package io.wherry.contract;

import io.wherry.base.Secret;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;

/**
 * What an agent shows to one registry: the value of a sealed login (docs/reference/bundle-format.md#registry-logins).
 *
 * @param registry {@code HOST} or {@code HOST:PORT} as in names of images, in lower case, without {@code :443}
 */
public record RegistryLogin(String registry, String username, Secret password) {
    private static final int MAX_BYTES = SecretSeal.MAX_BYTES;

    public RegistryLogin {
        Check.filled("registry", registry, Limits.LOCATION_CHARS);
        Check.filled("username", username, Limits.LOCATION_CHARS);
    }

    /** What is sealed. */
    public byte[] toBytes() {
        return JsonWriter.canonical(Json.object()
                .put("registry", registry)
                .put("username", username)
                .put("password", password.reveal())
                .build());
    }

    /** Reads what {@link #toBytes} wrote. @throws JsonException naming the field, never its value */
    public static RegistryLogin parse(byte[] bytes) {
        Json.Obj login = JsonReader.statement(bytes, MAX_BYTES);
        try {
            return new RegistryLogin(
                    login.string("registry"), login.string("username"), Secret.of(login.string("password")));
        } catch (IllegalArgumentException e) {
            throw new JsonException(String.valueOf(e.getMessage()), e);
        }
    }
}
