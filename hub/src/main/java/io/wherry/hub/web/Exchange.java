package io.wherry.hub.web;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** One request of a browser, and the headers that every answer has. */
final class Exchange {
    /**
     * Nothing but our own style, script and icon; nothing inline; no frame around it; forms to us alone. A text that got past the escaping would
     * still run nothing.
     */
    static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
                    + "base-uri 'none'; frame-ancestors 'none'";

    /** Assets change their address with their content. */
    private static final String FOR_EVER = "public, max-age=31536000, immutable";

    private final ServerRequest request;
    private final ServerResponse response;
    private final String id = UUID.randomUUID().toString();

    Exchange(ServerRequest request, ServerResponse response) {
        this.request = request;
        this.response = response;
        response.header("X-Request-Id", id);
        response.header("X-Content-Type-Options", "nosniff");
        response.header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        response.header("X-Frame-Options", "DENY");
        response.header("Referrer-Policy", "no-referrer");
        response.header("Cross-Origin-Opener-Policy", "same-origin");
        response.header("Cross-Origin-Resource-Policy", "same-origin");
    }

    /** Under which the hub's log knows it. */
    String id() {
        return id;
    }

    String method() {
        return request.prologue().method().text();
    }

    String rawPath() {
        return request.prologue().uriPath().rawPath();
    }

    String rawQuery() {
        return request.query().rawValue();
    }

    /** The address it came from; behind a proxy the proxy's. */
    String from() {
        return request.remotePeer().address() instanceof InetSocketAddress peer && peer.getAddress() != null
                ? peer.getAddress().getHostAddress()
                : "";
    }

    Optional<String> cookie(String name) {
        return request.headers().first(HeaderNames.COOKIE).flatMap(header -> Cookies.find(header, name));
    }

    Forgery.Provenance provenance() {
        return new Forgery.Provenance(
                request.headers().first(HeaderNames.create("Sec-Fetch-Site")),
                request.headers().first(HeaderNames.ORIGIN),
                request.headers().first(HeaderNames.HOST));
    }

    /** @throws Refusal if it is too large or no form */
    Form form() {
        try (InputStream in = request.content().inputStream()) {
            byte[] body = in.readNBytes(Form.MAX_BYTES + 1);
            if (body.length > Form.MAX_BYTES) {
                throw new Refusal(
                        413, "TooLarge", "the form is larger than " + (Form.MAX_BYTES >> 10) + " KiB", "shorten it");
            }
            return Form.parse(new String(body, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw unreadable("the form is none");
        } catch (IOException | UncheckedIOException e) {
            throw unreadable("the form broke off");
        }
    }

    /**
     * What stands behind the question mark.
     *
     * @throws Refusal if it cannot be read
     */
    static Form query(String raw) {
        try {
            return Form.parse(raw);
        } catch (IllegalArgumentException e) {
            throw unreadable("the address has a broken query");
        }
    }

    static Refusal unreadable(String detail) {
        return new Refusal(400, "BadRequest", detail, "");
    }

    /**
     * The segments of a path, decoded one by one: an encoded slash is part of a name and never a step to another page.
     *
     * @throws Refusal if an escape is broken
     */
    static List<String> segments(String rawPath) {
        List<String> segments = new ArrayList<>();
        try {
            for (String segment : rawPath.substring(1).split("/", -1)) {
                segments.add(URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        } catch (IllegalArgumentException e) {
            throw unreadable("the address has a broken escape");
        }
        return segments;
    }

    void page(int status, String html) {
        response.status(Status.create(status));
        response.header("Cache-Control", "no-store");
        response.header(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8");
        response.send(html.getBytes(StandardCharsets.UTF_8));
    }

    void cookie(List<String> values) {
        if (!values.isEmpty()) {
            response.header(HeaderNames.SET_COOKIE, values.toArray(String[]::new));
        }
    }

    void seeOther(String location) {
        response.status(Status.SEE_OTHER_303);
        response.header("Cache-Control", "no-store");
        response.header(HeaderNames.LOCATION, location);
        response.send();
    }

    void file(Asset asset) {
        response.header("Cache-Control", FOR_EVER);
        response.header(HeaderNames.CONTENT_TYPE, asset.contentType());
        response.send(asset.bytes());
    }

    ServerResponse response() {
        return response;
    }
}
