package io.wherry.hub.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Secret;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.util.List;

/** What is sent to a host, sealed to agents, or shared with a Git server that calls. */
public sealed interface CredentialValue {
    /** Types of the design that this version does not have. */
    List<String> LATER_TYPES = List.of("githubApp", "tls");

    /** A long certificate chain would be another type; tokens are far shorter. */
    int MAX_CHARS = 16 << 10;

    /** Names of robots are some dozens. */
    int MAX_NAME_CHARS = 256;

    /** {@code token}, {@code basic}, {@code sshKey}, {@code registry}, {@code secret} or {@code webhook}. */
    String type();

    /** A token, sent as the password of HTTP basic authentication with a user name that hosts ignore. */
    record Token(Secret token) implements CredentialValue {
        public Token {
            requireValue("token", token);
        }

        @Override
        public String type() {
            return "token";
        }
    }

    /** A user and a password. */
    record Basic(String username, Secret password) implements CredentialValue {
        public Basic {
            requireName(username);
            requireValue("password", password);
        }

        @Override
        public String type() {
            return "basic";
        }
    }

    /** A user and a password of a registry of images: sent there, and sealed to the agents of its stacks for their pulls. */
    record Registry(String username, Secret password) implements CredentialValue {
        public static final String TYPE = "registry";

        public Registry {
            requireName(username);
            requireValue("password", password);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /** A value for workloads, sealed to the agents of its stacks and sent to no host. Several lines are fine: a key, a certificate. */
    record Plain(Secret value) implements CredentialValue {
        public static final String TYPE = "secret";

        public Plain {
            int bytes = value.reveal().getBytes(UTF_8).length;
            if (bytes == 0 || bytes > MAX_CHARS) {
                throw new IllegalArgumentException(
                        "value: " + bytes + " bytes (expected: 1 to " + MAX_CHARS + ", as UTF-8)");
            }
        }

        @Override
        public String type() {
            return TYPE;
        }

        /** What is sealed. */
        public byte[] bytes() {
            return value.reveal().getBytes(UTF_8);
        }
    }

    /** What a Git server shows when it calls, and the hub never sends anywhere. */
    record Webhook(Secret secret) implements CredentialValue {
        public static final String TYPE = "webhook";

        /** Whoever reaches the hub may try as often as they like: nothing that can be guessed. */
        public static final int MIN_CHARS = 16;

        public Webhook {
            requireValue("value", secret);
            if (secret.reveal().length() < MIN_CHARS) {
                throw new IllegalArgumentException("value: shorter than " + MIN_CHARS
                        + " characters (expected: one that nobody guesses: openssl rand -hex 32)");
            }
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /** A private key with which the hub logs in to a Git server over SSH; it never leaves the hub, what it signs does. */
    record SshKey(Secret key) implements CredentialValue {
        public static final String TYPE = "sshKey";

        public SshKey {
            if (key.reveal().length() > MAX_CHARS) {
                throw new IllegalArgumentException(
                        "value: more than " + MAX_CHARS + " characters (expected: one private key)");
            }
            SshPrivateKey.read(key.reveal());
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    private static void requireName(String username) {
        if (username.isEmpty()
                || username.length() > MAX_NAME_CHARS
                || username.contains(":")
                || username.chars().anyMatch(c -> c < ' ')) {
            throw new IllegalArgumentException("username: empty, longer than " + MAX_NAME_CHARS
                    + " characters, or with a colon or control character (expected: a plain name)");
        }
    }

    private static void requireValue(String what, Secret secret) {
        String value = secret.reveal();
        if (value.isEmpty() || value.length() > MAX_CHARS || value.chars().anyMatch(c -> c < ' ' && c != '\t')) {
            throw new IllegalArgumentException(what + ": empty, longer than " + MAX_CHARS
                    + " characters, or of several lines (expected: one line; is there a newline at the end?)");
        }
    }

    /** What is encrypted. */
    default byte[] plaintext() {
        Json.Obj json =
                switch (this) {
                    case Token(Secret token) ->
                        Json.object().put("token", token.reveal()).build();
                    case Basic(String user, Secret password) -> login(user, password);
                    case Registry(String user, Secret password) -> login(user, password);
                    case Plain(Secret value) ->
                        Json.object().put("value", value.reveal()).build();
                    case SshKey(Secret key) ->
                        Json.object().put("key", key.reveal()).build();
                    case Webhook(Secret secret) ->
                        Json.object().put("value", secret.reveal()).build();
                };
        return JsonWriter.canonical(json);
    }

    private static Json.Obj login(String user, Secret password) {
        return Json.object()
                .put("username", user)
                .put("password", password.reveal())
                .build();
    }

    /** Reads what {@link #plaintext} wrote. */
    static CredentialValue read(String type, byte[] plaintext) {
        Json.Obj json = JsonReader.object(plaintext);
        return switch (type) {
            case "token" -> new Token(Secret.of(json.string("token")));
            case "basic" -> new Basic(json.string("username"), Secret.of(json.string("password")));
            case Registry.TYPE -> new Registry(json.string("username"), Secret.of(json.string("password")));
            case Plain.TYPE -> new Plain(Secret.of(json.string("value")));
            case SshKey.TYPE -> new SshKey(Secret.of(json.string("key")));
            case Webhook.TYPE -> new Webhook(Secret.of(json.string("value")));
            default ->
                throw new IllegalStateException(
                        "type: " + type + " (expected: token, basic, sshKey, registry, secret or webhook)");
        };
    }
}
