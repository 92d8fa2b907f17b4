package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.base.ReadAhead;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URL;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;

/**
 * The hub's REST interface as this command sees it: a call gives JSON or ends the command with the right exit code.
 *
 * <p>By the JDK's older client, which blocks on one socket: the newer one costs a command that starts cold more than the call itself.
 */
final class HubApi {
    /** A hub that is there answers in milliseconds; a dead address should not keep a person waiting. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** The slowest ordinary call renders a stack for a plan. */
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(60);

    /** Until a download begins: the hub may have to ask a registry for each of some hundred images first. */
    private static final Duration DOWNLOAD_TIMEOUT = Duration.ofMinutes(10);

    /** Between two pieces of a stream: the hub says something every 15 seconds, if only a blank line. */
    private static final Duration STREAM_TIMEOUT = Duration.ofMinutes(2);

    static {
        // What is posted may have been done although the answer is lost: a person decides whether to do it again, not
        // the JDK.
        System.setProperty("sun.net.http.retryPost", "false");
        LateTls.install();
    }

    private static final byte[] NO_BODY = new byte[0];
    private static final int PAGE = 500;

    private final Context context;
    private final SSLSocketFactory sockets;

    HubApi(Context context) {
        this.context = context;
        this.sockets = Trust.context(context.ca(), context.caPin()).getSocketFactory();
    }

    Context context() {
        return context;
    }

    Json.Obj get(String path) {
        return call("GET", path, NO_BODY);
    }

    /**
     * The same where somebody else must answer first.
     *
     * @param wait how long the hub may wait for that
     */
    Json.Obj get(String path, Duration wait) {
        return call("GET", path, NO_BODY, CALL_TIMEOUT.plus(wait));
    }

    Json.Obj post(String path, Json body) {
        return call("POST", path, JsonWriter.canonical(body));
    }

    /**
     * The same where somebody else must answer first.
     *
     * @param wait how long the hub may wait for that
     */
    Json.Obj post(String path, Json body, Duration wait) {
        return call("POST", path, JsonWriter.canonical(body), CALL_TIMEOUT.plus(wait));
    }

    Json.Obj delete(String path) {
        return call("DELETE", path, NO_BODY);
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
        return send("GET", path, NO_BODY, STREAM_TIMEOUT);
    }

    /** A file, read ahead: it is decrypted while its reader hashes and stores. Whether it came whole, the reader must see. */
    InputStream download(String path, Json body) {
        return ReadAhead.of(send("POST", path, JsonWriter.canonical(body), DOWNLOAD_TIMEOUT));
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
        if (name.isBlank()) { // a script's empty variable; it would make another path
            throw CliException.usage("the name is empty (expected: a name)");
        }
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private Json.Obj call(String method, String path, byte[] body) {
        return call(method, path, body, CALL_TIMEOUT);
    }

    private Json.Obj call(String method, String path, byte[] body, Duration quiet) {
        try (InputStream in = send(method, path, body, quiet)) {
            byte[] answer = in.readAllBytes();
            return answer.length == 0 ? Json.object().build() : JsonReader.object(answer);
        } catch (JsonException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    context.server() + " did not answer as a Wherry hub does: " + e.getMessage(),
                    "is this the hub's address?");
        } catch (SocketTimeoutException e) {
            throw late(method, path);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /** @param quiet the longest time in which nothing comes */
    private InputStream send(String method, String path, byte[] body, Duration quiet) {
        try {
            HttpURLConnection connection = connection(method, path, quiet);
            if (body.length > 0) {
                connection.setDoOutput(true);
                connection.getOutputStream().write(body);
            }
            int status = connection.getResponseCode();
            if (status < 300) {
                return connection.getInputStream();
            }
            try (InputStream in = connection.getErrorStream()) { // null where the answer has no body
                throw failure(status, in == null ? NO_BODY : in.readAllBytes());
            }
        } catch (SocketTimeoutException e) {
            throw late(method, path);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private HttpURLConnection connection(String method, String path, Duration quiet) throws IOException {
        URL url = URI.create(context.server() + "/api/v1" + path).toURL();
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        if (connection instanceof HttpsURLConnection secure) {
            secure.setSSLSocketFactory(sockets);
        }
        connection.setInstanceFollowRedirects(false); // the key goes to this host and no other
        connection.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
        connection.setReadTimeout((int) quiet.toMillis());
        connection.setUseCaches(false);
        connection.setRequestMethod(method);
        connection.setRequestProperty("Authorization", "Bearer " + context.token());
        connection.setRequestProperty("Accept", "application/json");
        connection.setRequestProperty("Content-Type", "application/json");
        return connection;
    }

    private CliException late(String method, String path) {
        return new CliException(
                ExitCode.HUB_UNREACHABLE,
                "the hub at " + context.server() + " did not answer " + method + " "
                        + URI.create("/api/v1" + path).getPath() + " in time",
                "try again; wherry doctor tells more");
    }

    private CliException unreachable(IOException e) {
        if (untrusted(e)) {
            return new CliException(
                    ExitCode.HUB_UNREACHABLE,
                    "the certificate of the hub at " + context.server() + " is not trusted: " + rootMessage(e),
                    "log in with the hub's own CA: wherry login " + context.server()
                            + " --token-file FILE --ca-file DIR/ca.crt");
        }
        String message = "the hub at " + context.server() + " is not reachable: " + why(e);
        String hint = "is it running, and is this the right address? (wherry context list)";
        return isAway(e)
                ? new HubAwayException(message, hint)
                : new CliException(ExitCode.HUB_UNREACHABLE, message, hint);
    }

    /** Refused, reset, or ended before a word was said. */
    private static boolean isAway(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketException || cause instanceof EOFException) {
                return true;
            }
        }
        return false;
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
        if (e instanceof UnknownHostException) {
            return "the host is not known";
        }
        if (e instanceof ConnectException && "Connection refused".equals(e.getMessage())) {
            return "connection refused";
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
            return failed(exit, message, problem.findString("hint").orElse(""));
        } catch (JsonException e) {
            return failed(exit, context.server() + " answered with status " + status, "is this the hub's address?");
        }
    }

    private static CliException failed(ExitCode exit, String message, String hint) {
        return exit == ExitCode.HUB_UNREACHABLE
                ? new HubAwayException(message, hint)
                : new CliException(exit, message, hint);
    }
}
