package io.wherry.hub.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.util.TemporaryBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, in the shape JGit asks for, which is that of {@code HttpURLConnection}.
 *
 * <p>The body is kept until it is sent, in memory as long as it is small: a fetch sends what it wants and has, some 50 bytes for each of at most
 * a few thousand commits; a push sends a pack, which lies in a temporary file. Timeouts and trust set by JGit are ignored; {@link GitHttp} has
 * its own.
 */
final class GitHttpConnection implements HttpConnection {

    /** The client sets these itself and refuses to be told. */
    private static final Set<String> CLIENTS_OWN =
            Set.of("connection", "content-length", "expect", "host", "upgrade", "authorization");

    /** 1 MiB: above any request of a fetch. */
    private static final int IN_MEMORY_BYTES = 1 << 20;

    private final GitHttp http;
    private final URI uri;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final TemporaryBuffer.LocalFile body = new TemporaryBuffer.LocalFile(null, IN_MEMORY_BYTES);
    private String method = "GET";
    private @Nullable HttpResponse<InputStream> response;

    GitHttpConnection(GitHttp http, URI uri) {
        this.http = http;
        this.uri = uri;
    }

    private HttpResponse<InputStream> response() throws IOException {
        if (response == null) {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                    .method(
                            method,
                            method.equals("GET")
                                    ? BodyPublishers.noBody()
                                    : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(this::sent), length()));
            headers.forEach(request::setHeader);
            response = http.send(request, method.equals("GET"));
        }
        return response;
    }

    private long length() throws IOException {
        body.close(); // what is still in a buffer goes to the file
        return body.length();
    }

    /** Opened anew for each try. */
    private InputStream sent() {
        try {
            return body.openInputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes its temporary file away. */
    void discard() {
        body.destroy();
    }

    @Override
    public int getResponseCode() throws IOException {
        return response().statusCode();
    }

    @Override
    public URL getURL() {
        try {
            return uri.toURL();
        } catch (java.net.MalformedURLException e) {
            throw new IllegalStateException("uri: " + uri + " (expected: https)", e);
        }
    }

    @Override
    public String getResponseMessage() throws IOException {
        return String.valueOf(getResponseCode()); // HTTP/2 has no words for it either
    }

    @Override
    public Map<String, List<String>> getHeaderFields() {
        return response == null ? Map.of() : response.headers().map();
    }

    @Override
    public void setRequestProperty(String key, String value) {
        if (!CLIENTS_OWN.contains(key.toLowerCase(java.util.Locale.ROOT))) {
            headers.put(key, value);
        }
    }

    @Override
    public void setRequestMethod(String newMethod) {
        method = newMethod;
    }

    @Override
    public @Nullable String getContentType() {
        return getHeaderField("Content-Type");
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return response().body();
    }

    @Override
    public @Nullable String getHeaderField(String name) {
        return response == null ? null : response.headers().firstValue(name).orElse(null);
    }

    @Override
    public List<String> getHeaderFields(String name) {
        return response == null ? List.of() : response.headers().allValues(name);
    }

    @Override
    public int getContentLength() {
        String length = getHeaderField("Content-Length");
        return length == null || !length.matches("\\d{1,9}") ? -1 : Integer.parseInt(length);
    }

    @Override
    public OutputStream getOutputStream() {
        return body;
    }

    @Override
    public String getRequestMethod() {
        return method;
    }

    @Override
    public void connect() throws IOException {
        response();
    }

    @Override
    public boolean usingProxy() {
        return false;
    }

    @Override
    public void setUseCaches(boolean useCaches) {}

    @Override
    public void setConnectTimeout(int timeout) {}

    @Override
    public void setReadTimeout(int timeout) {}

    @Override
    public void setInstanceFollowRedirects(boolean follow) {}

    @Override
    public void setDoOutput(boolean output) {}

    @Override
    public void setFixedLengthStreamingMode(int length) {}

    @Override
    public void setChunkedStreamingMode(int length) {}

    @Override
    public void configure(KeyManager[] keys, TrustManager[] trust, SecureRandom random) {}

    @Override
    public void setHostnameVerifier(HostnameVerifier verifier) {}
}
