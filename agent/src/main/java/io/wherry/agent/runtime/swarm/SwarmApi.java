package io.wherry.agent.runtime.swarm;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.runtime.docker.DockerApi;
import io.wherry.agent.runtime.docker.Engine;
import io.wherry.agent.runtime.docker.EngineException;
import io.wherry.contract.RegistryLogin;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The calls of the Engine API that concern a swarm. One that is made twice does no harm; a change of what changed meanwhile is refused by the engine. */
final class SwarmApi {
    /** A manager answers from its memory; a change waits for the other managers. */
    private static final Duration CALL_LIMIT = Duration.ofSeconds(60);

    /** Lines of a task on a node that does not answer are not worth waiting for. */
    private static final Duration LOG_LIMIT = Duration.ofSeconds(10);

    private final Engine engine;

    SwarmApi(Engine engine) {
        this.engine = engine;
    }

    /** Whether the engine manages a swarm. Asked so, because an engine that does not answers 503 to all else below, which the connection would try again. */
    boolean isManager() {
        return Raw.nested(JsonReader.object(get("/info")), "Swarm")
                .map(state -> state.boolOr("ControlAvailable", false))
                .orElse(false);
    }

    List<Json.Obj> services() {
        return objects(get("/services"));
    }

    Optional<Json.Obj> service(String id) {
        return found(() -> JsonReader.object(get("/services/" + id)));
    }

    /** Of this stack, those that have ended too as far as the swarm remembers them. */
    List<Json.Obj> tasks(String project) {
        return objects(
                get("/tasks?filters=" + encode("{\"label\":[\"" + StackLabels.NAMESPACE + "=" + project + "\"]}")));
    }

    List<Json.Obj> networks() {
        return objects(get("/networks"));
    }

    Optional<Json.Obj> inspectNetwork(String id) {
        return found(() -> JsonReader.object(get("/networks/" + encode(id))));
    }

    List<Json.Obj> files(FileObject.Kind kind) {
        return objects(get("/" + kind.section()));
    }

    /** Of this node alone. */
    List<Json.Obj> volumes() {
        return Raw.objects(JsonReader.object(get("/volumes")), "Volumes");
    }

    void createNetwork(Json.Obj body) {
        send("POST", "/networks/create", body, Optional.empty());
    }

    void removeNetwork(String id) {
        found(() -> send("DELETE", "/networks/" + encode(id), null, Optional.empty()));
    }

    void removeVolume(String name) {
        found(() -> send("DELETE", "/volumes/" + encode(name), null, Optional.empty()));
    }

    /** @return its id */
    String create(FileObject.Kind kind, Json.Obj body) {
        return JsonReader.object(send("POST", "/" + kind.section() + "/create", body, Optional.empty()))
                .string("ID");
    }

    void remove(FileObject.Kind kind, String id) {
        found(() -> send("DELETE", "/" + kind.section() + "/" + id, null, Optional.empty()));
    }

    /** @param login what nodes may show to the image's registry, for as long as the service is as it is now */
    void createService(Json.Obj body, Optional<RegistryLogin> login) {
        send("POST", "/services/create", body, login);
    }

    /** @param version that it has now: the engine refuses the change if somebody else was quicker */
    void updateService(String id, long version, Json.Obj body, Optional<RegistryLogin> login) {
        send("POST", "/services/" + id + "/update?version=" + version, body, login);
    }

    void removeService(String id) {
        found(() -> send("DELETE", "/services/" + id, null, Optional.empty()));
    }

    /** The newest lines of a task, on whichever node it ran, as the engine sends them. */
    byte[] taskLog(String id, int lines) {
        return engine.call(new Engine.Call(
                "GET", "/tasks/" + id + "/logs?stdout=1&stderr=1&tail=" + lines, null, LOG_LIMIT, true));
    }

    /** An image of this node. */
    Optional<Json.Obj> image(String reference) {
        return found(() -> JsonReader.object(get("/images/" + encode(reference) + "/json")));
    }

    private byte[] get(String path) {
        return send("GET", path, null, Optional.empty());
    }

    private byte[] send(String method, String path, Json.@Nullable Obj body, Optional<RegistryLogin> login) {
        return engine.call(new Engine.Call(method, path, body, CALL_LIMIT, false, login.map(DockerApi::header)));
    }

    private static List<Json.Obj> objects(byte[] answer) {
        return JsonReader.document(answer) instanceof Json.Arr(List<Json> items)
                ? items.stream().flatMap(SwarmApi::object).toList()
                : List.of();
    }

    private static Stream<Json.Obj> object(Json item) {
        return item instanceof Json.Obj object ? Stream.of(object) : Stream.empty();
    }

    private interface Call<T> {
        T make();
    }

    private static <T> Optional<T> found(Call<T> call) {
        try {
            return Optional.of(call.make());
        } catch (EngineException e) {
            if (e.missing()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8).replace("%2F", "/"); // the slashes of an image name are its own
    }
}
