package io.wherry.agent.runtime.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Secret;
import io.wherry.contract.RegistryLogin;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.InputStream;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The calls of the Engine API that the runtime needs, each harmless when made twice. */
public final class DockerApi {
    /** For calls that read or change one object; an engine under load takes seconds, not a minute. */
    private static final Duration CALL_LIMIT = Duration.ofSeconds(60);

    /** Stopping waits for the container's own grace period, which may be minutes for a database. */
    private static final Duration STOP_LIMIT = Duration.ofMinutes(10);

    /** 2 GB over a link of 256 kbit/s take 18 hours. What was fetched is lost when we give up, so a pull that moves on is let go on. */
    static final Duration PULL_LIMIT = Duration.ofHours(24);

    /** Without a line of progress. The engine itself tries again what breaks off, and says so; a disk under load checks a large layer in a minute or two. */
    private static final Duration PULL_SILENCE = Duration.ofMinutes(5);

    /** A slow disk unpacks 10 MB a second: 20 GB in that time. */
    private static final Duration LOAD_LIMIT = Duration.ofMinutes(30);

    private static final Pattern PROGRESS_ERROR = Pattern.compile("\"error\":\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final Engine engine;

    DockerApi(Engine engine) {
        this.engine = engine;
    }

    Json.Obj version() {
        return JsonReader.object(get("/version"));
    }

    ApiVersion speaks() {
        return engine.version();
    }

    Json.Obj info() {
        return JsonReader.object(get("/info"));
    }

    /** Id of a network that the engine itself makes once in its data folder; empty for an engine without it. */
    Optional<String> networkId(String name) {
        return inspectNetwork(name).flatMap(network -> network.findString("Id"));
    }

    /** All containers of the engine, running or not, ours and foreign: one call. */
    List<ObservedContainer> containers() {
        return objects(get("/containers/json?all=1")).map(ObservedContainer::of).toList();
    }

    Optional<Json.Obj> inspect(String id) {
        return found(() -> JsonReader.object(get("/containers/" + id + "/json")));
    }

    /** @return the new container's id */
    String create(String name, Json.Obj body) {
        return create(name, body, "");
    }

    /** @param platform of its image; empty: the engine's own */
    String create(String name, Json.Obj body, String platform) {
        return JsonReader.object(post("/containers/create?name=" + encode(name) + platform(platform), body))
                .string("Id");
    }

    private static String platform(String platform) {
        return platform.isEmpty() ? "" : "&platform=" + encode(platform);
    }

    /** Puts the files of a tar into a container that was made, paths from its root. Their owners are the tar's, whoever the container's user is. */
    void place(String id, byte[] archive) {
        engine.put("/containers/" + id + "/archive?path=%2F", archive, CALL_LIMIT);
    }

    void start(String id) {
        post("/containers/" + id + "/start", null);
    }

    void unpause(String id) {
        post("/containers/" + id + "/unpause", null);
    }

    /** Asks it to end, and kills it after its own grace period. A container that is gone counts as stopped. */
    void stop(String id) {
        found(() -> engine.call(new Engine.Call("POST", "/containers/" + id + "/stop", null, STOP_LIMIT, false)));
    }

    void restart(String id) {
        engine.call(new Engine.Call("POST", "/containers/" + id + "/restart", null, STOP_LIMIT, false));
    }

    /** A command to be run in a container that runs. @return its id */
    String createExec(String container, Json.Obj body) {
        return JsonReader.object(post("/containers/" + container + "/exec", body))
                .string("Id");
    }

    /** Starts it and does not wait for it. */
    void startExec(String id) {
        post(
                "/exec/" + id + "/start",
                Json.object().put("Detach", true).put("Tty", false).build());
    }

    /** Whether it runs, and how it ended. */
    Json.Obj inspectExec(String id) {
        return JsonReader.object(get("/exec/" + id + "/json"));
    }

    void rename(String id, String name) {
        post("/containers/" + id + "/rename?name=" + encode(name), null);
    }

    /** Removes the container, never its volumes: anonymous ones may have moved along to the next. */
    void remove(String id) {
        try {
            found(() -> delete("/containers/" + id + "?force=1"));
        } catch (EngineException e) {
            if (!e.conflict()) { // "removal is already in progress": somebody else does it
                throw e;
            }
        }
    }

    /** Removes a container that never ran, with the anonymous volumes that the engine made for it; named ones and those of others stay. */
    void discard(String id) {
        found(() -> delete("/containers/" + id + "?force=1&v=1"));
    }

    /** Changes a container's restart policy; Podman has no call for that, and needs none ({@link Podman}). */
    void update(String id, Json.Obj body) {
        if (!engine.isPodman()) {
            post("/containers/" + id + "/update", body);
        }
    }

    boolean isPodman() {
        return engine.isPodman();
    }

    List<Json.Obj> networks() {
        return objects(get("/networks")).toList();
    }

    Optional<Json.Obj> inspectNetwork(String name) {
        return found(() -> JsonReader.object(get("/networks/" + encode(name))));
    }

    void createNetwork(Json.Obj body) {
        post("/networks/create", body);
    }

    void removeNetwork(String name) {
        found(() -> delete("/networks/" + encode(name)));
    }

    void connect(String network, String container, Json.Obj endpoint) {
        post(
                "/networks/" + encode(network) + "/connect",
                Json.object()
                        .put("Container", container)
                        .put("EndpointConfig", endpoint)
                        .build());
    }

    void disconnect(String network, String container) {
        found(() -> post(
                "/networks/" + encode(network) + "/disconnect",
                Json.object().put("Container", container).put("Force", true).build()));
    }

    List<Json.Obj> volumes() {
        return JsonReader.object(get("/volumes")).find("Volumes").stream()
                .flatMap(v -> v instanceof Json.Arr(List<Json> items) ? items.stream() : Stream.empty())
                .map(v -> (Json.Obj) v)
                .toList();
    }

    void createVolume(Json.Obj body) {
        post("/volumes/create", body);
    }

    void removeVolume(String name) {
        found(() -> delete("/volumes/" + encode(name)));
    }

    /** The id of the image that a reference means now; empty if the engine has none. */
    Optional<String> imageId(String reference) {
        return found(() ->
                JsonReader.object(get("/images/" + encode(reference) + "/json")).string("Id"));
    }

    /** When the engine last gave an image this name; empty if it does not know, or has none of that name. */
    Optional<Instant> taggedAt(String reference) {
        return found(() -> JsonReader.object(get("/images/" + encode(reference) + "/json")))
                .flatMap(image -> ComposeService.nested(image, "Metadata"))
                .flatMap(metadata -> metadata.findString("LastTagTime"))
                .map(time -> OffsetDateTime.parse(time).toInstant())
                .filter(time -> time.isAfter(Instant.EPOCH)); // the year 1 stands for never
    }

    /** For what machine an image is: {@code linux/arm64}, {@code linux/arm/v7}; empty if the engine has none of that name. */
    Optional<String> platformOf(String reference) {
        return found(() -> JsonReader.object(get("/images/" + encode(reference) + "/json")))
                .map(image -> String.join(
                                "/",
                                image.findString("Os").orElse(""),
                                image.findString("Architecture").orElse(""),
                                image.findString("Variant").orElse(""))
                        .replaceFirst("/$", ""));
    }

    /** The paths that an image declares as volumes; none if the engine has none of that name. */
    Set<String> volumesOf(String reference) {
        return found(() -> JsonReader.object(get("/images/" + encode(reference) + "/json")))
                .flatMap(image -> ComposeService.nested(image, "Config"))
                .flatMap(config -> ComposeService.nested(config, "Volumes"))
                .map(volumes -> Set.copyOf(volumes.fields().keySet()))
                .orElse(Set.of());
    }

    /** By which digests the engine knows an image from registries: {@code REPOSITORY@sha256:…}. */
    List<String> repositoryDigests(String reference) {
        return found(() -> JsonReader.object(get("/images/" + encode(reference) + "/json")))
                .map(image -> image.find("RepoDigests")
                                .filter(v -> v instanceof Json.Arr)
                                .isPresent()
                        ? image.strings("RepoDigests")
                        : List.<String>of())
                .orElse(List.of());
    }

    /** All its names, tags and digests; none if it is not there. */
    List<String> imageNames(String id) {
        return found(() -> JsonReader.object(get("/images/" + encode(id) + "/json")))
                .map(image -> Stream.of("RepoTags", "RepoDigests")
                        .filter(key -> image.find(key)
                                .filter(value -> value instanceof Json.Arr)
                                .isPresent())
                        .flatMap(key -> image.strings(key).stream())
                        .toList())
                .orElse(List.of());
    }

    /** Removes an image, unless anything needs it: then the engine answers with a conflict. One that is gone counts as removed. */
    void removeImage(String id) {
        found(() -> delete("/images/" + encode(id) + "?noprune=1"));
    }

    /** Takes a name from an image that has another one. */
    void untag(String reference) {
        found(() -> delete("/images/" + encode(reference) + "?noprune=1"));
    }

    /** Takes an archive of images. @throws EngineException if the engine refused it */
    void load(InputStream archive) {
        refuseError(engine.load(archive, LOAD_LIMIT), "POST /images/load");
    }

    /** Gives an image another name; takes the name from the one that had it. */
    void tag(String id, ImageName name) {
        post("/images/" + encode(id) + "/tag?repo=" + encode(name.repository()) + "&tag=" + encode(name.tag()), null);
    }

    /**
     * Pulls an image.
     *
     * @param platform of the image; empty: the engine's own
     * @param login    for this pull alone: the engine keeps it no longer
     * @param progress is shown each line of the engine's; what it throws breaks the pull off
     * @throws EngineException if the registry refused or could not be reached
     */
    void pull(String reference, String platform, Optional<RegistryLogin> login, Consumer<String> progress) {
        String call = "/images/create?fromImage=" + encode(reference) + platform(platform);
        byte[] end = engine.follow(
                new Engine.Call("POST", call, null, PULL_LIMIT, true, login.map(DockerApi::header)),
                PULL_SILENCE,
                progress);
        refuseError(end, "POST " + call);
    }

    /** As the Engine API wants it: JSON in the alphabet of base64 that is safe in URLs. */
    public static Secret header(RegistryLogin login) {
        byte[] json = JsonWriter.compact(Json.object()
                        .put("username", login.username())
                        .put("password", login.password().reveal())
                        .put("serveraddress", login.registry())
                        .build())
                .getBytes(UTF_8);
        return Secret.of(Base64.getUrlEncoder().encodeToString(json));
    }

    /** The engine has answered 200 before it knew. */
    private static void refuseError(byte[] progress, String call) {
        Matcher error = PROGRESS_ERROR.matcher(new String(progress, UTF_8));
        if (error.find()) {
            throw new EngineException(500, error.group(1), call);
        }
    }

    /** The newest lines of both streams, as they were written, with the engine's frame headers unless there is a terminal. */
    byte[] logs(String id, int lines) {
        return engine.call(new Engine.Call(
                "GET", "/containers/" + id + "/logs?stdout=1&stderr=1&tail=" + lines, null, CALL_LIMIT, true));
    }

    /** Ids of containers that somebody updated in that time, which is the engine's own: it answers at once, from its memory. */
    Set<String> updatedSince(Instant since, Instant until) {
        String filters = "{\"type\":[\"container\"],\"event\":[\"update\"]}";
        byte[] lines =
                get("/events?since=" + seconds(since) + "&until=" + seconds(until) + "&filters=" + encode(filters));
        Set<String> ids = new HashSet<>();
        for (String line : new String(lines, UTF_8).split("\n")) {
            if (!line.isBlank()) {
                ids.add(JsonReader.object(line.getBytes(UTF_8)).object("Actor").string("ID"));
            }
        }
        return ids;
    }

    private static String seconds(Instant time) {
        return String.format(Locale.ROOT, "%d.%09d", time.getEpochSecond(), time.getNano());
    }

    private byte[] get(String path) {
        return engine.call(new Engine.Call("GET", path, null, CALL_LIMIT, false));
    }

    private byte[] post(String path, Json.@Nullable Obj body) {
        return engine.call(new Engine.Call("POST", path, body, CALL_LIMIT, false));
    }

    private byte[] delete(String path) {
        return engine.call(new Engine.Call("DELETE", path, null, CALL_LIMIT, false));
    }

    private static Stream<Json.Obj> objects(byte[] answer) {
        return ((Json.Arr) JsonReader.document(answer)).items().stream().map(item -> (Json.Obj) item);
    }

    private static <T> Optional<T> found(Supplier<T> call) {
        try {
            return Optional.of(call.get());
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
