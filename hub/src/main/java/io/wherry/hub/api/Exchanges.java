package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.http.HeaderNames;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.wherry.base.FullDisk;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Between HTTP and the dispatcher: whatever comes of a request, its answer has an id, and an error is a problem document. */
final class Exchanges {
    private static final Logger LOG = System.getLogger(Exchanges.class.getName());
    private static final String PREFIX = "/api/v1";

    private final Dispatcher dispatcher;
    private final Webhooks webhooks;

    Exchanges(Dispatcher dispatcher, Webhooks webhooks) {
        this.dispatcher = dispatcher;
        this.webhooks = webhooks;
    }

    void serve(ServerRequest request, ServerResponse response) {
        String requestId = UUID.randomUUID().toString();
        String path = request.prologue().uriPath().rawPath();
        response.header("X-Request-Id", requestId);
        response.header("X-Content-Type-Options", "nosniff");
        Reply reply;
        try {
            reply = Reply.of(request, answer(request, path));
        } catch (ApiException e) {
            problem(response, e, requestId);
            return;
        } catch (RuntimeException e) {
            LOG.log(
                    Level.ERROR,
                    "request " + requestId + " " + request.prologue().method() + " " + path + " failed",
                    e);
            problem(response, failure(e, requestId), requestId);
            return;
        }
        send(response, reply); // outside: a reader that went away is no failure of ours
    }

    private Answer answer(ServerRequest request, String path) {
        String method = request.prologue().method().text();
        if (path.startsWith(Webhooks.PREFIX) && method.equals("POST")) {
            return webhooks.take(path.substring(Webhooks.PREFIX.length()), new HelidonRequest(request));
        }
        if (!path.startsWith(PREFIX + "/")) {
            throw new ApiException(
                    404, ApiReason.NOT_FOUND, path + ": nothing here", "the interface is below " + PREFIX);
        }
        return dispatcher.dispatch(
                method,
                path.substring(PREFIX.length()),
                request.headers().first(HeaderNames.AUTHORIZATION),
                new HelidonRequest(request));
    }

    private static ApiException failure(RuntimeException cause, String requestId) {
        return FullDisk.isCauseOf(cause)
                ? new ApiException(
                        507,
                        ApiReason.DISK_FULL,
                        "the hub's disk is full; nothing of this was kept",
                        "make room where its data folder is, then ask again; no restart is needed")
                : new ApiException(
                        500,
                        ApiReason.INTERNAL,
                        "the hub failed on this request",
                        "its log has the cause under " + requestId);
    }

    /**
     * An answer, and what HTTP says with it.
     *
     * @param bytes a document's; otherwise nothing
     * @param tag   its entity tag, if it answers a GET with a document
     * @param known whether the reader has it already
     */
    private record Reply(Answer answer, byte[] bytes, Optional<String> tag, boolean known) {
        static Reply of(ServerRequest request, Answer answer) {
            if (!(answer instanceof Answer.Document(Json.Obj value, Optional<Long> version))) {
                return new Reply(answer, new byte[0], Optional.empty(), false);
            }
            byte[] bytes = JsonWriter.compact(value).getBytes(UTF_8);
            if (!request.prologue().method().text().equals("GET")) {
                return new Reply(answer, bytes, Optional.empty(), false);
            }
            String tag = Etags.of(bytes, version);
            boolean known = request.headers()
                    .first(HeaderNames.IF_NONE_MATCH)
                    .filter(shown -> Etags.hasNewest(shown, tag))
                    .isPresent();
            return new Reply(answer, bytes, Optional.of(tag), known);
        }
    }

    private static void send(ServerResponse response, Reply reply) {
        reply.tag().ifPresent(tag -> response.header("ETag", tag));
        // What has a tag may be kept, and must be asked about; the rest may hold a new key or token.
        response.header("Cache-Control", reply.tag().isPresent() ? "private, no-cache" : "no-store");
        if (reply.known()) {
            response.status(Status.NOT_MODIFIED_304);
            response.send();
            return;
        }
        switch (reply.answer()) {
            case Answer.Document _ -> {
                response.header(HeaderNames.CONTENT_TYPE, "application/json");
                response.send(reply.bytes());
            }
            case Answer.Lines(Answer.Writer writer) -> {
                response.header(HeaderNames.CONTENT_TYPE, "application/x-ndjson");
                try (OutputStream out = response.outputStream()) {
                    writer.write(out);
                } catch (IOException | UncheckedIOException e) {
                    LOG.log(Level.DEBUG, "a reader went away", e); // how every follower ends
                }
            }
            case Answer.Stream(String contentType, Answer.Writer writer) -> {
                response.header(HeaderNames.CONTENT_TYPE, contentType);
                try (OutputStream out = response.outputStream()) {
                    writer.write(out);
                } catch (IOException | UncheckedIOException e) {
                    LOG.log(Level.WARNING, "a download broke off", e);
                }
            }
        }
    }

    private static void problem(ServerResponse response, ApiException problem, String requestId) {
        response.status(Status.create(problem.status()));
        problem.headers().forEach(response::header);
        response.header("Cache-Control", "no-store");
        response.header(HeaderNames.CONTENT_TYPE, Problems.MEDIA_TYPE);
        response.send(Problems.document(problem, requestId));
    }

    /** Helidon's request, read only as far as it is asked for. */
    private record HelidonRequest(ServerRequest request) implements Dispatcher.Incoming, Webhooks.Incoming {
        @Override
        public String from() {
            return request.remotePeer().address() instanceof InetSocketAddress peer && peer.getAddress() != null
                    ? peer.getAddress().getHostAddress()
                    : "";
        }

        @Override
        public Map<String, List<String>> query() {
            Map<String, List<String>> query = new LinkedHashMap<>();
            request.query()
                    .names()
                    .forEach(name -> query.put(name, request.query().all(name, List::of)));
            return query;
        }

        @Override
        public Optional<String> header(String name) {
            return request.headers().first(HeaderNames.create(name));
        }

        @Override
        public byte[] body() {
            return reading(in -> {
                byte[] body = in.readNBytes(ApiRequest.MAX_BODY_BYTES + 1);
                if (body.length > ApiRequest.MAX_BODY_BYTES) {
                    in.transferTo(OutputStream.nullOutputStream());
                    throw Problems.tooLarge();
                }
                return body;
            });
        }

        @Override
        public <T> T reading(Webhooks.BodyReader<T> reader) {
            try (InputStream in = request.content().inputStream()) {
                return reader.read(in);
            } catch (RequestException e) { // the server's own count came first
                throw e.status().code() == 413 ? Problems.tooLarge() : Bodies.bad("the body cannot be read");
            } catch (IOException | UncheckedIOException e) {
                throw Bodies.bad("the body broke off");
            }
        }

        @Override
        public Conditions conditions() {
            return new Conditions(
                    request.headers().first(HeaderNames.IF_MATCH),
                    request.headers().first(HeaderNames.IF_NONE_MATCH));
        }
    }
}
