package io.wherry.hub.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.net.URLEncoder;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
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

    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final int TOO_MANY = 429;

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
            byte[] bytes = bounded(image, in);
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
     * What a tag means now, asked for without its content. Empty if the registry has no such manifest.
     *
     * @param version tag or digest
     * @throws RegistryException if it does not answer that
     */
    Optional<Digest> digest(ImageReference image, String version) throws IOException {
        try {
            HttpURLConnection answer = ask(image, "HEAD", "manifests/" + version, MANIFESTS);
            String told = Optional.ofNullable(answer.getHeaderField("Docker-Content-Digest"))
                    .orElse("");
            drop(answer);
            return Optional.of(
                    DIGEST.matcher(told).matches()
                            ? Digest.parse(told)
                            : manifest(image, version).digest()); // the header is optional, as the specification has it
        } catch (RegistryException e) {
            if (e.status() == HttpURLConnection.HTTP_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * What was pushed as belonging to a manifest: an index of the manifests that name it as their subject.
     *
     * @param artifactType which of them; registries may give others too
     * @return empty if the registry does not know such a question
     */
    Optional<byte[]> referrers(ImageReference image, Digest subject, String artifactType) throws IOException {
        String question = "referrers/" + subject + "?artifactType=" + URLEncoder.encode(artifactType, UTF_8);
        try (InputStream in = ask(image, "GET", question, ImageIndex.OCI).getInputStream()) {
            return Optional.of(bounded(image, in));
        } catch (RegistryException e) {
            if (e.status() == HttpURLConnection.HTTP_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
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

    private static byte[] bounded(ImageReference image, InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(ImageManifest.MAX_BYTES + 1);
        if (bytes.length > ImageManifest.MAX_BYTES) {
            throw new RegistryException(
                    image.named() + ": its manifest has more than " + ImageManifest.MAX_BYTES + " bytes",
                    "is that an image?");
        }
        return bytes;
    }

    private HttpURLConnection get(ImageReference image, String what, String accept) throws IOException {
        return ask(image, "GET", what, accept);
    }

    private HttpURLConnection ask(ImageReference image, String method, String what, String accept) throws IOException {
        String key = image.host() + "/" + image.repository();
        HttpURLConnection answer = ask(image, method, what, accept, Optional.ofNullable(authorizations.get(key)));
        if (answer.getResponseCode() == 401) {
            authorizations.remove(key);
            Challenge challenge = Challenge.parse(Optional.ofNullable(answer.getHeaderField("WWW-Authenticate"))
                    .orElse(""));
            drop(answer);
            Optional<String> authorization = login.answer(image, challenge);
            if (authorization.isPresent()) {
                authorizations.put(key, authorization.get());
                answer = ask(image, method, what, accept, authorization);
            }
        }
        int status = answer.getResponseCode();
        if (status != 200) {
            Optional<Duration> again = again(answer, status);
            drop(answer);
            throw failed(image, status, again, authorizations.containsKey(key));
        }
        return answer;
    }

    private HttpURLConnection ask(
            ImageReference image, String method, String what, String accept, Optional<String> authorization)
            throws IOException {
        String path = image.host() + "/v2/" + image.repository() + "/" + what;
        try {
            URI at = URI.create(scheme(image.host()) + path);
            HttpURLConnection answer = send(method, at, accept, authorization);
            for (int hop = 0; isRedirect(answer.getResponseCode()); hop++) {
                if (hop == REDIRECTS) {
                    throw new RegistryException(
                            image.named() + ": is redirected in a circle", "ask the registry's owner");
                }
                URI next = at.resolve(String.valueOf(answer.getHeaderField("Location")));
                drop(answer);
                login.requireSafe(image, next);
                // What lies elsewhere is had by an address that is a secret itself; ours goes nowhere else.
                answer = send(method, next, accept, Http.sameServer(at, next) ? authorization : Optional.empty());
                at = next;
            }
            return answer;
        } catch (RegistryException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw RegistryTrust.explain(image, credentials, e);
        }
    }

    private HttpURLConnection send(String method, URI at, String accept, Optional<String> authorization)
            throws IOException {
        return method.equals("HEAD") ? http.head(at, accept, authorization) : http.get(at, accept, authorization);
    }

    /** After what time a registry wants to be asked again, by its own word; empty if it says none, or is not overrun. */
    private static Optional<Duration> again(HttpURLConnection answer, int status) {
        String said = Optional.ofNullable(answer.getHeaderField("Retry-After")).orElse("");
        return (status == TOO_MANY || status == HttpURLConnection.HTTP_UNAVAILABLE) && said.matches("[0-9]{1,6}")
                ? Optional.of(Duration.ofSeconds(Long.parseLong(said)))
                : Optional.empty();
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

    private RegistryException failed(ImageReference image, int status, Optional<Duration> again, boolean loggedIn) {
        RegistryException failure = failed(image, status, loggedIn);
        return RegistryException.answered(status, again, String.valueOf(failure.getMessage()), failure.hint());
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
            case TOO_MANY ->
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
