package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;

/** The hub's REST interface as this command sees it: a call gives JSON or ends the command with the right exit code. */
final class HubApi {
    /** A hub that is there answers in milliseconds; a dead address should not keep a person waiting. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** The slowest ordinary call renders a stack for a plan. */
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(60);

    /** Until a download begins: the hub may have to ask a registry for each of some hundred images first. */
    private static final Duration DOWNLOAD_TIMEOUT = Duration.ofMinutes(10);

    private static final int PAGE = 500;

    private final Context context;
    private final HttpClient client;

    HubApi(Context context) {
        this.context = context;
        this.client = HttpClient.newBuilder()
                .connectTimeout(CONNECT_TIMEOUT)
                .version(HttpClient.Version.HTTP_1_1) // one or two calls per command: nothing to multiplex
                .followRedirects(HttpClient.Redirect.NEVER) // the key goes to this host and no other
                .sslContext(Trust.context(context.ca(), context.caPin()))
                .build();
    }

    Context context() {
        return context;
    }

    Json.Obj get(String path) {
        return call("GET", path, BodyPublishers.noBody());
    }

    Json.Obj post(String path, Json body) {
        return call("POST", path, BodyPublishers.ofByteArray(JsonWriter.canonical(body)));
    }

    Json.Obj delete(String path) {
        return call("DELETE", path, BodyPublishers.noBody());
    }

    /** All items of a list, page by page. */
    List<Json.Obj> list(String path, Map<String, String> query) {
        List<Json.Obj> items = new ArrayList<>();
        String more = "";
        do {
            var parameters = new java.util.LinkedHashMap<>(query);
            parameters.put("limit", String.valueOf(PAGE));
            if (!more.isEmpty()) {
                parameters.put("continue", more);
            }
            Json.Obj page = get(path + query(parameters));
            items.addAll(page.objects("items"));
            more = page.findString("continue").orElse("");
        } while (!more.isEmpty());
        return items;
    }

    /** An answer of any length, line by line, until the hub ends it. */
    InputStream stream(String path) {
        return stream(request("GET", path, BodyPublishers.noBody()).build());
    }

    /** A file. Whether it came whole, its reader must see. */
    InputStream download(String path, Json body) {
        return stream(request("POST", path, BodyPublishers.ofByteArray(JsonWriter.canonical(body)))
                .timeout(DOWNLOAD_TIMEOUT) // until it begins
                .build());
    }

    private InputStream stream(HttpRequest request) {
        HttpResponse<InputStream> response = send(request, HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() >= 300) {
            try (InputStream body = response.body()) {
                throw failure(response.statusCode(), body.readAllBytes());
            } catch (IOException e) {
                throw unreachable(e);
            }
        }
        return response.body();
    }

    static String query(Map<String, String> parameters) {
        return parameters.isEmpty()
                ? ""
                : parameters.entrySet().stream()
                        .map(p -> p.getKey() + "=" + URLEncoder.encode(p.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&", "?", ""));
    }

    /** A name as one segment of a path. */
    static String segment(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private Json.Obj call(String method, String path, BodyPublisher body) {
        HttpRequest request = request(method, path, body).timeout(CALL_TIMEOUT).build();
        HttpResponse<byte[]> response = send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() >= 300) {
            throw failure(response.statusCode(), response.body());
        }
        try {
            return response.body().length == 0 ? Json.object().build() : JsonReader.object(response.body());
        } catch (JsonException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    context.server() + " did not answer as a Wherry hub does: " + e.getMessage(),
                    "is this the hub's address?");
        }
    }

    private HttpRequest.Builder request(String method, String path, BodyPublisher body) {
        return HttpRequest.newBuilder(URI.create(context.server() + "/api/v1" + path))
                .header("Authorization", "Bearer " + context.token())
                .header("Accept", "application/json")
                .header("Content-Type", "application/json")
                .method(method, body);
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return client.send(request, handler);
        } catch (HttpTimeoutException e) {
            throw new CliException(
                    ExitCode.HUB_UNREACHABLE,
                    "the hub at " + context.server() + " did not answer " + request.method() + " "
                            + request.uri().getPath() + " in time",
                    "try again; wherry doctor tells more");
        } catch (IOException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            throw new CliException(ExitCode.INTERRUPTED, "interrupted", "");
        }
    }

    private CliException unreachable(IOException e) {
        if (untrusted(e)) {
            return new CliException(
                    ExitCode.HUB_UNREACHABLE,
                    "the certificate of the hub at " + context.server() + " is not trusted: " + rootMessage(e),
                    "log in with the hub's own CA: wherry login " + context.server()
                            + " --token-file FILE --ca-file DIR/ca.crt");
        }
        return new CliException(
                ExitCode.HUB_UNREACHABLE,
                "the hub at " + context.server() + " is not reachable: " + why(e),
                "is it running, and is this the right address? (wherry context list)");
    }

    private static boolean untrusted(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return true;
            }
        }
        return false;
    }

    private static String why(IOException e) {
        if (e instanceof SSLException) {
            return "it does not speak TLS as a hub does: " + rootMessage(e);
        }
        if (e instanceof ConnectException) { // the client says which by the cause alone, without words
            return e.getCause() instanceof ConnectException refused
                            && refused.getCause() instanceof UnresolvedAddressException
                    ? "the host is not known"
                    : "connection refused";
        }
        return rootMessage(e);
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    private CliException failure(int status, byte[] body) {
        ExitCode exit =
                switch (status) {
                    case 401, 403 -> ExitCode.DENIED;
                    case 404 -> ExitCode.NOT_FOUND;
                    case 409, 412 -> ExitCode.BLOCKED;
                    case 408 -> ExitCode.TIMEOUT;
                    case 502, 503, 504 -> ExitCode.HUB_UNREACHABLE; // something before the hub answers for it
                    default -> ExitCode.FAILED;
                };
        try {
            Json.Obj problem = JsonReader.object(body);
            String code = problem.findString("code").map(c -> " [" + c + "]").orElse("");
            List<String> places = problem.strings("problems");
            String message = places.isEmpty()
                    ? problem.findString("detail").orElse("status " + status) + code
                    : String.join("\n", places);
            return new CliException(exit, message, problem.findString("hint").orElse(""));
        } catch (JsonException e) {
            return new CliException(
                    exit, context.server() + " answered with status " + status, "is this the hub's address?");
        }
    }
}
