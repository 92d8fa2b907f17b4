package io.wherry.contract.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Answers a registry that asks who we are: with the credential itself (Basic), or with a token that the credential is changed into first (Bearer).
 *
 * <p>A registry names the place where tokens are had. The credential goes there only if it is the registry's own host or a neighbour of it, as
 * {@code auth.docker.io} is of {@code registry-1.docker.io}; any other place is asked without it.
 */
public final class Login {
    /** Tokens are some kilobytes. */
    private static final int MAX_TOKEN_BYTES = 256 << 10;

    /** Where a service for tokens that is busy does not say for how long. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Http http;
    private final RegistryCredentials credentials;
    private final String actions;

    /** For whoever pulls. */
    public Login(Http http, RegistryCredentials credentials) {
        this(http, credentials, "pull");
    }

    /** @param actions what a token is asked for where the registry does not say it: {@code pull,push} */
    Login(Http http, RegistryCredentials credentials, String actions) {
        this.http = http;
        this.credentials = credentials;
        this.actions = actions;
    }

    /**
     * The value of {@code Authorization} that answers the challenge; empty if there is none to give.
     *
     * @throws RegistryException if the token cannot be had
     */
    public Optional<String> answer(ImageReference image, Challenge challenge) throws IOException {
        Optional<String> credential = credentials.header(image.registry());
        return switch (challenge.scheme()) {
            case "basic" -> credential;
            case "bearer" -> Optional.of("Bearer " + token(image, challenge, credential));
            default -> Optional.empty();
        };
    }

    private String token(ImageReference image, Challenge challenge, Optional<String> credential) throws IOException {
        URI realm = realm(image, challenge.parameter("realm"));
        String scope = challenge.parameter("scope").isEmpty()
                ? "repository:" + image.repository() + ":" + actions
                : challenge.parameter("scope");
        URI ask = URI.create(realm + (realm.getRawQuery() == null ? "?" : "&") + "service="
                + URLEncoder.encode(challenge.parameter("service"), UTF_8) + "&scope="
                + URLEncoder.encode(scope, UTF_8));
        boolean neighbour = isNeighbour(host(image.host()), String.valueOf(realm.getHost()));
        HttpURLConnection answer = http.get(ask, "application/json", credential.filter(_ -> neighbour));
        int status = answer.getResponseCode();
        if (status != 200) {
            throw RegistryException.answered(
                    status,
                    status == 429 || status >= 500 ? Optional.of(AGAIN) : Optional.empty(),
                    image.registry() + ": " + realm.getHost() + " gave no token for " + image.repository() + " ("
                            + status + ")",
                    credential.isEmpty()
                            ? credentials.hint(image)
                            : neighbour
                                    ? "is the login of " + credentials.owner() + " for " + image.registry()
                                            + " right, and may it " + actions.replace(",", " and ")
                                            + " there?"
                                    : "the credential for " + image.registry() + " is not sent to " + realm.getHost()
                                            + ", which is no neighbour of it");
        }
        try (InputStream in = answer.getInputStream()) {
            Json.Obj token = JsonReader.object(in.readNBytes(MAX_TOKEN_BYTES));
            return token.findString("token")
                    .or(() -> token.findString("access_token"))
                    .orElseThrow();
        } catch (JsonException | java.util.NoSuchElementException e) {
            throw new RegistryException(
                    image.registry() + ": " + realm.getHost() + " answered with something that is no token",
                    "is that a registry?",
                    e);
        }
    }

    private URI realm(ImageReference image, String realm) throws RegistryException {
        try {
            URI uri = URI.create(realm);
            if (isSafe(image, uri) && uri.getHost() != null && uri.getRawUserInfo() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new RegistryException(
                    image.registry() + ": names no place where tokens are had", "is that a registry?", e);
        }
        throw new RegistryException(
                image.registry() + ": wants tokens to be had from " + realm + " (expected: an https address)",
                "ask its owner");
    }

    /**
     * Where a registry leads to, nothing is read or written in the clear.
     *
     * @throws RegistryException if it would be
     */
    public void requireSafe(ImageReference image, URI next) throws RegistryException {
        if (!isSafe(image, next)) {
            throw new RegistryException(
                    image.named() + ": is redirected to " + Http.server(next) + " (expected: https)",
                    "ask the registry's owner");
        }
    }

    /** Without TLS only this machine, and a registry of which somebody said so. */
    private boolean isSafe(ImageReference image, URI at) {
        String host = String.valueOf(at.getHost());
        return "https".equals(at.getScheme())
                || ("http".equals(at.getScheme())
                        && (Http.isLoopback(host)
                                || (credentials.plain(image.registry()) && host.equalsIgnoreCase(host(image.host())))));
    }

    /** Whether both hosts are of one house: the same, or below the same domain of at least two names. */
    public static boolean isNeighbour(String registry, String realm) {
        String one = registry.toLowerCase(Locale.ROOT);
        String other = realm.toLowerCase(Locale.ROOT);
        String house = one.substring(one.indexOf('.') + 1);
        boolean named = one.chars().anyMatch(c -> c >= 'a' && c <= 'z');
        return one.equals(other)
                || (named && house.contains(".") && (other.equals(house) || other.endsWith("." + house)));
    }

    private static String host(String hostAndPort) {
        return String.valueOf(URI.create("https://" + hostAndPort).getHost());
    }
}
