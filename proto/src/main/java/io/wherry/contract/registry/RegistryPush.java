package io.wherry.contract.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Durations;
import io.wherry.contract.Digest;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.BundleFileWriter;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.file.ImageManifest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * Pushes images to a registry: OCI distribution specification 1.1, each blob in one piece.
 *
 * <p>Sending stands on the JDK's newer client, whose whole exchange can be given an end; the older one waits for ever where a server does not read.
 */
public final class RegistryPush implements AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    /** Questions, and documents of at most some megabytes. */
    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(2);

    /** 8 GiB at 2.4 MB a second, as for pulling. */
    private static final Duration BLOB_LIMIT = Duration.ofHours(1);

    /** Where a registry that is busy does not say for how long. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    /** Registries answer with some hundred bytes. */
    private static final long ANSWER_BYTES = 1 << 20;

    /** What a registry says about a refusal, in messages. */
    private static final int MAX_SAID_CHARS = 200;

    private static final String ACCEPTED = String.join(
            ", ", ImageManifest.OCI_INDEX, ImageManifest.DOCKER_INDEX, ImageManifest.OCI, ImageManifest.DOCKER);

    private final HttpClient client;
    private final Http http;
    private final RegistryCredentials credentials;
    private final Login login;

    /** Answers to challenges, by host and repository. */
    private final Map<String, String> authorizations = new HashMap<>();

    /** Whether loopback hosts speak TLS. */
    private final Map<String, Boolean> tls = new HashMap<>();

    public RegistryPush(SSLContext trust, RegistryCredentials credentials) {
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_LIMIT)
                .sslContext(trust)
                .build();
        this.http = new Http(trust.getSocketFactory());
        this.credentials = credentials;
        this.login = new Login(http, credentials, "pull,push");
    }

    /**
     * What a version means there.
     *
     * @param version tag or digest
     * @return its digest; empty if it is not there, or if the registry does not say which it is
     * @throws RegistryException if the registry does not answer, or does not let us look
     */
    public Optional<Digest> find(ImageReference image, String version) throws IOException {
        HttpResponse<byte[]> answer = send(
                image,
                address(image, "manifests/" + version),
                request -> request.method("HEAD", BodyPublishers.noBody()).setHeader("Accept", ACCEPTED),
                ANSWER_LIMIT);
        if (answer.statusCode() == 404) {
            return Optional.empty();
        }
        require(image, answer, "look for it", 200);
        return answer.headers().firstValue("Docker-Content-Digest").flatMap(RegistryPush::digest);
    }

    private static Optional<Digest> digest(String text) {
        try {
            return Optional.of(Digest.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether the repository has a blob. */
    public boolean has(ImageReference image, Digest blob) throws IOException {
        HttpResponse<byte[]> answer = send(
                image,
                address(image, "blobs/" + blob),
                request -> request.method("HEAD", BodyPublishers.noBody()),
                ANSWER_LIMIT);
        if (answer.statusCode() == 404) {
            return false;
        }
        if (answer.statusCode() == 307) { // kept elsewhere, hence there
            return true;
        }
        require(image, answer, "look for a blob", 200);
        return true;
    }

    /**
     * Whether it would take a push: begins an upload and gives it up again.
     *
     * @throws RegistryException if it does not
     */
    public void requireTakes(ImageReference image) throws IOException {
        URI at = begin(image);
        send(image, at, HttpRequest.Builder::DELETE, ANSWER_LIMIT); // one that knows no giving up forgets it by itself
    }

    /**
     * Uploads a blob; the registry takes it only if it has its digest.
     *
     * @throws RegistryException if it is not taken
     */
    public void blob(ImageReference image, Descriptor blob, BundleFileWriter.Source content) throws IOException {
        URI at = begin(image);
        URI put = URI.create(at + (at.getRawQuery() == null ? "?" : "&") + "digest=" + blob.digest());
        HttpResponse<byte[]> sent = send(
                image,
                put,
                request -> request.PUT(body(blob, content)).setHeader("Content-Type", "application/octet-stream"),
                BLOB_LIMIT);
        require(image, sent, "take blob " + blob.digest(), 201);
    }

    /** @return where to send it, on that very server */
    private URI begin(ImageReference image) throws IOException {
        HttpResponse<byte[]> begun = send(
                image,
                address(image, "blobs/uploads/"),
                request -> request.POST(BodyPublishers.noBody()),
                ANSWER_LIMIT);
        require(image, begun, "take a blob", 202);
        URI at = begun.uri().resolve(begun.headers().firstValue("Location").orElse(""));
        login.requireSafe(image, at);
        if (!Http.sameServer(begun.uri(), at)) {
            throw new RegistryException(
                    image.named() + ": wants its blobs at " + Http.server(at),
                    "only a registry that keeps them itself is filled; ask its owner");
        }
        return at;
    }

    private static BodyPublisher body(Descriptor blob, BundleFileWriter.Source content) {
        if (blob.size() == 0) {
            return BodyPublishers.noBody();
        }
        Supplier<InputStream> open = () -> {
            try {
                return content.open(blob.digest());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        return BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(open), blob.size());
    }

    /**
     * Puts a manifest or an index there; what it names must be there.
     *
     * @param version tag or digest
     */
    public void manifest(ImageReference image, String version, String mediaType, byte[] bytes) throws IOException {
        HttpResponse<byte[]> answer = send(
                image,
                address(image, "manifests/" + version),
                request -> request.PUT(BodyPublishers.ofByteArray(bytes)).setHeader("Content-Type", mediaType),
                ANSWER_LIMIT);
        require(image, answer, "take the manifest " + version, 201);
    }

    @FunctionalInterface
    private interface Ask {
        HttpRequest.Builder of(HttpRequest.Builder request);
    }

    private URI address(ImageReference image, String what) {
        boolean plain = credentials.plain(image.registry())
                || (Http.isLoopback(image.host().replaceAll(":[0-9]+$", ""))
                        && !tls.computeIfAbsent(image.host(), http::speaksTls));
        return URI.create((plain ? "http://" : "https://") + image.host() + "/v2/" + image.repository() + "/" + what);
    }

    /** Asks; once more with a login if the registry wants one. */
    private HttpResponse<byte[]> send(ImageReference image, URI at, Ask ask, Duration limit) throws IOException {
        String key = image.host() + "/" + image.repository();
        HttpResponse<byte[]> answer = sendOnce(image, at, ask, limit, Optional.ofNullable(authorizations.get(key)));
        if (answer.statusCode() != 401) {
            return answer;
        }
        authorizations.remove(key);
        Challenge challenge =
                Challenge.parse(answer.headers().firstValue("WWW-Authenticate").orElse(""));
        Optional<String> authorization = login.answer(image, challenge);
        if (authorization.isEmpty()) {
            return answer;
        }
        authorizations.put(key, authorization.get());
        return sendOnce(image, at, ask, limit, authorization);
    }

    private HttpResponse<byte[]> sendOnce(
            ImageReference image, URI at, Ask ask, Duration limit, Optional<String> authorization) throws IOException {
        HttpRequest.Builder request = ask.of(HttpRequest.newBuilder(at));
        authorization.ifPresent(value -> request.setHeader("Authorization", value));
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES));
        try {
            return answer.get(limit.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            HttpTimeoutException late = new HttpTimeoutException("no answer within " + Durations.format(limit));
            late.initCause(e);
            throw RegistryTrust.explain(image, credentials, late);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + image.registry());
        } catch (ExecutionException e) {
            throw failed(image, e);
        }
    }

    private IOException failed(ImageReference image, ExecutionException failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof BundleFileException ours) {
                throw ours; // what was to be sent is at fault, not the registry
            }
        }
        return RegistryTrust.explain(image, credentials, failure.getCause() instanceof Exception e ? e : failure);
    }

    private void require(ImageReference image, HttpResponse<byte[]> answer, String work, int wanted)
            throws RegistryException {
        int status = answer.statusCode();
        if (status == wanted) {
            return;
        }
        String detail =
                image.named() + ": the registry answered " + status + " when asked to " + work + said(answer.body());
        throw RegistryException.answered(
                status,
                again(answer),
                detail,
                switch (status) {
                    case 401, 403 ->
                        authorizations.containsKey(image.host() + "/" + image.repository())
                                ? (status == 401 ? "are user and password right, and " : "") + "may that user push to "
                                        + image.repository() + "?"
                                : credentials.hint(image);
                    case 404, 405 -> "is that a registry that can be pushed to, and must the project be made first?";
                    case 413 -> "the registry, or a proxy before it, takes no blob of that size: raise its limit";
                    case 429 -> "wait, and try again: what is there stays";
                    default -> "look at the registry's log, and try again: what is there stays";
                });
    }

    /** A registry that is busy, or has a trouble of its own, may have none in a moment; it may say itself in which. */
    private static Optional<Duration> again(HttpResponse<byte[]> answer) {
        int status = answer.statusCode();
        boolean passing = status == 429 || (status >= 500 && status != 501 && status != 507);
        if (!passing) {
            return Optional.empty();
        }
        return Optional.of(answer.headers()
                .firstValue("Retry-After")
                .filter(seconds -> seconds.matches("[0-9]{1,5}")) // a date would need its clock
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .filter(after -> !after.isZero())
                .orElse(AGAIN));
    }

    /** The first words of the registry's own, if it says any. */
    private static String said(byte[] body) {
        try {
            return JsonReader.object(body).objects("errors").stream()
                    .findFirst()
                    .flatMap((Json.Obj error) -> error.findString("message"))
                    .map(text -> " (" + text.substring(0, Math.min(MAX_SAID_CHARS, text.length())) + ")")
                    .orElse("");
        } catch (JsonException e) {
            String text = new String(body, UTF_8).strip();
            return text.isEmpty() || text.startsWith("<") || text.length() > MAX_SAID_CHARS ? "" : " (" + text + ")";
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
