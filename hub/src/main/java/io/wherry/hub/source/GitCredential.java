package io.wherry.hub.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Secret;
import java.util.Base64;
import java.util.Optional;

/** What proves to a Git server that the hub may read. Never logged: {@code toString} shows the kind alone. */
public sealed interface GitCredential {

    /** What is sent over HTTPS. */
    sealed interface Web extends GitCredential {
        /**
         * The value of the {@code Authorization} header.
         *
         * @param bearer whether the server asks for nothing but Bearer
         */
        String header(boolean bearer);
    }

    /** This one, if it is sent over HTTPS. */
    default Optional<Web> web() {
        return this instanceof Web web ? Optional.of(web) : Optional.empty();
    }

    /** A private key that logs in over SSH, as a credential of the vault holds it. */
    record SshKey(Secret key) implements GitCredential {
        @Override
        public String toString() {
            return "SshKey[…]";
        }
    }

    /** A user and a password. */
    record Basic(String user, String password) implements Web {
        @Override
        public String header(boolean bearer) {
            return basic(user, password);
        }

        @Override
        public String toString() {
            return "Basic[…]";
        }
    }

    /**
     * An access token. Sent as the password of {@link #TOKEN_USER}: GitHub, GitLab, Gitea, Forgejo and Azure DevOps look at the password only.
     * As Bearer where the server asks for that alone.
     */
    record Token(String token) implements Web {
        public Token {
            if (token.isEmpty() || token.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
                throw new IllegalArgumentException("token: not shown (expected: printable ASCII without spaces)");
            }
        }

        @Override
        public String header(boolean bearer) {
            return bearer ? "Bearer " + token : basic(TOKEN_USER, token);
        }

        @Override
        public String toString() {
            return "Token[…]";
        }
    }

    /** The name GitHub documents for tokens; the others take any. */
    String TOKEN_USER = "x-access-token";

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }
}
