package io.wherry.hub.registry;

import io.wherry.contract.Digest;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.file.ImageManifest;
import io.wherry.contract.registry.Challenge;
import io.wherry.contract.registry.Http;
import io.wherry.contract.registry.ImageReference;
import io.wherry.contract.registry.Login;
import io.wherry.contract.registry.RegistryCredentials;
import io.wherry.contract.registry.RegistryException;
import io.wherry.contract.registry.RegistryTrust;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSocketFactory;

/**
 * Pulls from registries: OCI distribution specification 1.1, manifests and blobs, with Basic and Bearer authentication.
 *
 * <p>Nothing is believed: every manifest and blob must have the digest that it was asked for by.
 */
public final class RegistryClient {
    /** Manifests and lists, in OCI's form and in Docker's. */
    private static final String MANIFESTS =
            String.join(", ", ImageIndex.OCI, ImageIndex.DOCKER, ImageManifest.OCI, ImageManifest.DOCKER);

    /** Registries keep blobs elsewhere, one step away, seldom two. */
    private static final int REDIRECTS = 5;

    private final Http http;
    private final RegistryCredentials credentials;
    private final Login login;

    /** Answers to challenges, by host and repository: tokens are good for some minutes. */
    private final Map<String, String> authorizations = new ConcurrentHashMap<>();

    /** Whether loopback hosts speak TLS. */
    private final Map<String, Boolean> tls = new ConcurrentHashMap<>();

    public RegistryClient(SSLSocketFactory trust, RegistryCredentials credentials) {
        this(new Http(trust), credentials);
    }

    RegistryClient(Http http, RegistryCredentials credentials) {
        this.http = http;
        this.credentials = credentials;
        this.login = new Login(http, credentials);
    }

    /** A manifest or an index, as the registry keeps it. */
    record Document(String mediaType, byte[] bytes, Digest digest) {}

    /**
     * Fetches a manifest or an index.
     *
     * @param version tag or digest
     * @throws RegistryException if it cannot be had, or is another one than the digest says
     */
    Document manifest(ImageReference image, String version) throws IOException {
        HttpURLConnection answer = get(image, "manifests/" + version, MANIFESTS);
        try (InputStream in = answer.getInputStream()) {
            byte[] bytes = in.readNBytes(ImageManifest.MAX_BYTES + 1);
            if (bytes.length > ImageManifest.MAX_BYTES) {
                throw new RegistryException(
                        image.named() + ": its manifest has more than " + ImageManifest.MAX_BYTES + " bytes",
                        "is that an image?");
            }
            Digest digest = Digest.of(bytes);
            if (version.startsWith("sha256:") && !digest.toString().equals(version)) {
                throw new RegistryException(
                        image.named() + ": the registry gave " + digest + " for " + version,
                        "a proxy on the way, or the registry, is broken");
            }
            String told = Optional.ofNullable(answer.getHeaderField("Docker-Content-Digest"))
                    .orElse("");
            if (told.startsWith("sha256:") && !told.equals(digest.toString())) {
                throw new RegistryException(
                        image.named() + ": the registry gave " + digest + " and called it " + told,
                        "a proxy on the way, or the registry, is broken");
            }
            String type = Optional.ofNullable(answer.getContentType()).orElse("");
            return new Document(type.replaceAll(";.*", "").strip(), bytes, digest);
        }
    }

    /**
     * Opens a blob. Reading it ends with an exception unless it has the digest and the length that it should have.
     *
     * @throws RegistryException if it cannot be had
     */
    InputStream blob(ImageReference image, Descriptor part) throws IOException {
        HttpURLConnection answer = get(image, "blobs/" + part.digest(), "*/*");
        return new CheckedBlob(answer.getInputStream(), part, image.named());
    }

    private HttpURLConnection get(ImageReference image, String what, String accept) throws IOException {
        String key = image.host() + "/" + image.repository();
        HttpURLConnection answer = ask(image, what, accept, Optional.ofNullable(authorizations.get(key)));
        if (answer.getResponseCode() == 401) {
            authorizations.remove(key);
            Challenge challenge = Challenge.parse(Optional.ofNullable(answer.getHeaderField("WWW-Authenticate"))
                    .orElse(""));
            drop(answer);
            Optional<String> authorization = login.answer(image, challenge);
            if (authorization.isPresent()) {
                authorizations.put(key, authorization.get());
                answer = ask(image, what, accept, authorization);
            }
        }
        int status = answer.getResponseCode();
        if (status != 200) {
            drop(answer);
            throw failed(image, status, authorizations.containsKey(key));
        }
        return answer;
    }

    private HttpURLConnection ask(ImageReference image, String what, String accept, Optional<String> authorization)
            throws IOException {
        String path = image.host() + "/v2/" + image.repository() + "/" + what;
        try {
            URI at = URI.create(scheme(image.host()) + path);
            HttpURLConnection answer = http.get(at, accept, authorization);
            for (int hop = 0; isRedirect(answer.getResponseCode()); hop++) {
                if (hop == REDIRECTS) {
                    throw new RegistryException(
                            image.named() + ": is redirected in a circle", "ask the registry's owner");
                }
                URI next = at.resolve(String.valueOf(answer.getHeaderField("Location")));
                drop(answer);
                login.requireSafe(image, next);
                // What lies elsewhere is had by an address that is a secret itself; ours goes nowhere else.
                answer = http.get(next, accept, Http.sameServer(at, next) ? authorization : Optional.empty());
                at = next;
            }
            return answer;
        } catch (RegistryException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw RegistryTrust.explain(image, credentials, e);
        }
    }

    /** On this machine alone, a registry may speak without TLS: engines allow that too. */
    private String scheme(String host) {
        return Http.isLoopback(host.replaceAll(":[0-9]+$", "")) && !tls.computeIfAbsent(host, http::speaksTls)
                ? "http://"
                : "https://";
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    private RegistryException failed(ImageReference image, int status, boolean loggedIn) {
        return switch (status) {
            case 401, 403 ->
                new RegistryException(
                        image.named() + ": the registry answered " + status
                                + (loggedIn
                                        ? " to the login of " + credentials.owner()
                                        : ", and " + credentials.owner() + " has no credential for it"),
                        loggedIn
                                ? "may the credential for " + image.registry() + " read this repository?"
                                : credentials.hint(image));
            case 404 ->
                new RegistryException(
                        image.named() + ": the registry does not have it"
                                + (loggedIn ? "" : ", or shows it to no stranger"),
                        "push it, or correct its name");
            case 429 ->
                new RegistryException(
                        image.named() + ": the registry has had too many requests from here",
                        "wait, or give " + credentials.owner() + " a credential: " + credentials.hint(image));
            default ->
                new RegistryException(
                        image.named() + ": the registry answered " + status, "look at the registry's log");
        };
    }

    /** Gives the connection back, whatever its body says. */
    private static void drop(HttpURLConnection answer) throws IOException {
        InputStream error = answer.getErrorStream();
        if (error != null) {
            error.close();
        } else if (answer.getResponseCode() < 400) {
            answer.getInputStream().close();
        }
    }
}
