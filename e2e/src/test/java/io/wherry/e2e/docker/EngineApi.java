package io.wherry.e2e.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.List;

/**
 * What {@code docker ps}, {@code docker inspect} and {@code docker rm} ask an engine, and print of it as it is: asked without them, since the start of such a command
 * costs a hundred times the question, and a corpus has ten thousand of them.
 */
final class EngineApi {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private static final int CONNECTIONS = 8;

    private final DockerHttpClient http;

    /** @param host {@code unix:///var/run/docker.sock} … */
    EngineApi(URI host) {
        http = new ApacheDockerHttpClient.Builder()
                .dockerHost(host)
                .maxConnections(CONNECTIONS)
                .responseTimeout(LIMIT)
                .build();
    }

    /** An object of the engine: {@code /containers/ID/json} … */
    Json.Obj object(String path) throws IOException {
        return JsonReader.object(send(DockerHttpClient.Request.Method.GET, path));
    }

    /** A list: {@code /networks?…}. */
    List<Json.Obj> objects(String path) throws IOException {
        Json.Arr list = (Json.Arr) JsonReader.document(send(DockerHttpClient.Request.Method.GET, path));
        return list.items().stream().map(Json.Obj.class::cast).toList();
    }

    /** All containers with this label, {@code NAME=VALUE}, running or not. */
    List<Json.Obj> containers(String label) throws IOException {
        return objects("/containers/json?all=true&" + filter(label));
    }

    List<Json.Obj> networks(String label) throws IOException {
        return objects("/networks?" + filter(label));
    }

    List<Json.Obj> volumes(String label) throws IOException {
        Json.Obj answer = object("/volumes?" + filter(label));
        return answer.find("Volumes").orElseThrow() instanceof Json.Arr ? answer.objects("Volumes") : List.of();
    }

    /** The name of a container of a list, which may be linked under others. */
    static String name(Json.Obj container) {
        return container.strings("Names").stream()
                .filter(name -> name.lastIndexOf('/') == 0)
                .findFirst()
                .orElseThrow()
                .substring(1);
    }

    void delete(String path) throws IOException {
        send(DockerHttpClient.Request.Method.DELETE, path);
    }

    private static String filter(String label) {
        return "filters=" + URLEncoder.encode("{\"label\":[\"" + label + "\"]}", UTF_8);
    }

    private byte[] send(DockerHttpClient.Request.Method method, String path) throws IOException {
        DockerHttpClient.Request request =
                DockerHttpClient.Request.builder().method(method).path(path).build();
        try (DockerHttpClient.Response response = http.execute(request)) {
            byte[] body = response.getBody().readAllBytes();
            if (response.getStatusCode() >= 400) {
                throw new IOException(
                        method + " " + path + ": " + response.getStatusCode() + ": " + new String(body, UTF_8));
            }
            return body;
        }
    }
}
