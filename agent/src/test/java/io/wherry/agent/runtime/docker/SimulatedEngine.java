package io.wherry.agent.runtime.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.io.InputStream;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An engine in memory that keeps names, states and networks as the real one does, and dies with its caller after a number of changes. */
final class SimulatedEngine implements Engine {
    /** What a killed process would have felt. */
    static final class Killed extends Error {
        Killed() {
            super("killed");
        }
    }

    static final class Box {
        final String id;
        String name;
        String state = "created";
        String status = "Created";
        String restart;
        final Map<String, String> labels;
        final String imageId;
        /** By network, the names that it has there. */
        final Map<String, List<String>> networks = new TreeMap<>();

        int exitCode;
        /** Whether files were put into it. */
        boolean filled;

        Box(String id, String name, String imageId, Json.Obj body) {
            this.imageId = imageId;
            this.id = id;
            this.name = name;
            this.labels = body.stringMap("Labels");
            this.restart = body.object("HostConfig").object("RestartPolicy").string("Name");
            body.findObject("NetworkingConfig").ifPresent(n -> n.object("EndpointsConfig")
                    .fields()
                    .keySet()
                    .forEach(k -> networks.put(
                            k, n.object("EndpointsConfig").object(k).strings("Aliases"))));
        }

        boolean running() {
            return state.equals("running");
        }
    }

    private static final Pattern CONTAINER = Pattern.compile("/containers/([^/?]+)(?:/([a-z]+))?(?:\\?name=(.*))?.*");
    private static final Pattern LINK = Pattern.compile("/networks/([^/?]+)/(connect|disconnect)");

    private static final Pattern EXEC = Pattern.compile("/exec/([^/]+)/(start|json)");

    private static final Pattern IMAGE = Pattern.compile("/images/(.+)/json");

    /** Tag to the image that it means now; an image that was there once stays. */
    private final Map<String, String> tags = new TreeMap<>();

    final Map<String, Box> boxes = new LinkedHashMap<>();
    private final Map<String, Json.Obj> networks = new TreeMap<>();
    /** Ids of images whose containers end at once. */
    final Set<String> broken = new TreeSet<>();
    /** Ids of images of which no container can be made. */
    final Set<String> unmakeable = new TreeSet<>();
    /** Commands that were run in containers, as {@code NAME: COMMAND}. */
    final List<String> ran = new ArrayList<>();
    /** First word of a command to the code with which it ends; others end with 0. */
    final Map<String, Integer> exitCodes = new TreeMap<>();
    /** Looks at the engine after every change. */
    Runnable watch = () -> {};

    private final Map<String, String> execs = new TreeMap<>();
    private int next;
    private int left = Integer.MAX_VALUE;

    void dieAfter(int changes) {
        left = changes;
    }

    /** Somebody pushes and pulls another image under the same tag. */
    void retag(String tag, String id) {
        tags.put(tag, "sha256:" + id);
    }

    void revive() {
        left = Integer.MAX_VALUE;
    }

    @Override
    public ApiVersion version() {
        return ApiVersion.NEWEST;
    }

    @Override
    public synchronized byte[] call(Call call) {
        if (left <= 0) {
            throw new Killed();
        }
        if (call.method().equals("GET")) {
            return get(call.path());
        }
        byte[] answer = change(call);
        watch.run();
        if (--left <= 0) {
            throw new Killed();
        }
        return answer;
    }

    private byte[] get(String path) {
        if (path.startsWith("/containers/json")) {
            return bytes(new Json.Arr(
                    boxes.values().stream().map(this::listed).map(o -> (Json) o).toList()));
        }
        if (path.equals("/info")) {
            return bytes(Json.object().build()); // its clock is ours
        }
        if (path.equals("/networks")) {
            return bytes(new Json.Arr(List.copyOf(networks.values())));
        }
        if (path.equals("/volumes")) {
            return bytes(Json.object().put("Volumes", new Json.Null()).build());
        }
        Matcher image = IMAGE.matcher(path);
        if (image.matches()) {
            String id = imageId(URLDecoder.decode(image.group(1), UTF_8));
            return bytes(Json.object().put("Id", id).build());
        }
        if (path.startsWith("/events")) {
            return new byte[0];
        }
        if (path.contains("/logs?")) {
            return new byte[0];
        }
        Matcher exec = EXEC.matcher(path);
        if (exec.matches()) {
            String command = execs.getOrDefault(exec.group(1), "");
            return bytes(Json.object()
                    .put("Running", false)
                    .put("ExitCode", exitCodes.getOrDefault(command.split(" ", 2)[0], 0))
                    .build());
        }
        Matcher inspect = CONTAINER.matcher(path);
        if (inspect.matches()) {
            return bytes(inspected(box(inspect.group(1), call(path))));
        }
        throw new EngineException(404, "page not found", path);
    }

    /** As a container that has run for a day. */
    private static Json.Obj inspected(Box box) {
        Json.Builder networks = Json.object();
        box.networks.forEach((network, names) -> networks.put(
                network,
                Json.object()
                        .put("Aliases", names)
                        .put("IPAddress", box.running() ? "10.0.0.2" : "")
                        .put("IPAMConfig", new Json.Null())
                        .build()));
        Json.Obj policy = Json.object()
                .put("Name", box.restart)
                .put("MaximumRetryCount", 0)
                .build();
        return Json.object()
                .put("HostConfig", Json.object().put("RestartPolicy", policy).build())
                .put("Created", "1969-12-31T00:00:00Z")
                .put(
                        "State",
                        Json.object()
                                .put("Status", box.state)
                                .put("ExitCode", box.exitCode)
                                .put("StartedAt", "1969-12-31T00:00:00Z")
                                .build())
                .put(
                        "NetworkSettings",
                        Json.object().put("Networks", networks.build()).build())
                .build();
    }

    private String imageId(String name) {
        return name.startsWith("sha256:")
                ? name
                : tags.computeIfAbsent(name, tag -> "sha256:" + tag.replace(':', '-') + "-0");
    }

    private static String call(String path) {
        return "GET " + path;
    }

    private Json.Obj listed(Box box) {
        Json.Builder connected = Json.object();
        box.networks.keySet().forEach(n -> connected.put(n, Json.object().build()));
        return Json.object()
                .put("Id", box.id)
                .put("Names", List.of("/" + box.name))
                .put("Labels", box.labels)
                .put("State", box.state)
                .put("Status", box.status)
                .put("ImageID", box.imageId)
                .put(
                        "NetworkSettings",
                        Json.object().put("Networks", connected.build()).build())
                .build();
    }

    private byte[] change(Call call) {
        String path = call.path();
        Json.Obj body = call.body() == null ? Json.object().build() : call.body();
        if (path.equals("/networks/create")) {
            networks.put(body.string("Name"), body);
            return bytes(Json.object().build());
        }
        Matcher link = LINK.matcher(path);
        if (link.matches()) {
            Box box = box(body.string("Container"), path);
            if (link.group(2).equals("connect")) {
                List<String> names = body.findObject("EndpointConfig")
                        .map(e -> e.strings("Aliases"))
                        .orElse(List.of());
                if (box.networks.put(link.group(1), names) != null) {
                    throw new EngineException(403, "endpoint already exists in network", path);
                }
            } else {
                box.networks.remove(link.group(1));
            }
            return new byte[0];
        }
        if (path.startsWith("/networks/")) {
            networks.remove(path.substring("/networks/".length()));
            return new byte[0];
        }
        Matcher exec = EXEC.matcher(path);
        if (exec.matches()) {
            return new byte[0];
        }
        Matcher container = CONTAINER.matcher(path);
        if (!container.matches()) {
            throw new EngineException(404, "page not found", path);
        }
        return container(call, container, body);
    }

    private byte[] container(Call call, Matcher path, Json.Obj body) {
        String name = path.group(3) == null ? "" : URLDecoder.decode(path.group(3), UTF_8);
        if (path.group(1).equals("create")) {
            free(name);
            if (unmakeable.contains(imageId(body.string("Image")))) {
                throw new EngineException(400, "invalid configuration", "POST " + call.path());
            }
            Box box = new Box("id" + ++next, name, imageId(body.string("Image")), body);
            boxes.put(box.id, box);
            return bytes(Json.object().put("Id", box.id).build());
        }
        Box box = box(path.group(1), call.path());
        if (call.method().equals("DELETE")) {
            boxes.remove(box.id);
            return new byte[0];
        }
        if (path.group(2).equals("exec")) {
            return exec(box, body);
        }
        switch (path.group(2)) {
            case "start", "restart" -> {
                boolean ends = broken.contains(box.imageId);
                box.state = ends ? "exited" : "running";
                box.status = ends ? "Exited (1) 1 second ago" : "Up 1 second";
                box.exitCode = ends ? 1 : 0;
            }
            case "stop" -> {
                box.status =
                        box.running() ? "Exited (0) 1 second ago" : box.status; // a server that ends well when asked to
                box.state = box.running() ? "exited" : box.state;
            }
            case "update" -> box.restart = body.object("RestartPolicy").string("Name");
            case "rename" -> {
                free(name);
                box.name = name;
            }
            default -> throw new EngineException(404, "page not found", call.path());
        }
        return new byte[0];
    }

    private byte[] exec(Box box, Json.Obj body) {
        if (!box.running()) {
            throw new EngineException(409, "Container " + box.id + " is not running", "exec");
        }
        String id = "exec" + ++next;
        String command = String.join(" ", body.strings("Cmd"));
        execs.put(id, command);
        ran.add(box.name + ": " + command);
        return bytes(Json.object().put("Id", id).build());
    }

    /** Names of running containers that are found by this name on this network. */
    List<String> found(String network, String name) {
        return boxes.values().stream()
                .filter(Box::running)
                .filter(box -> box.networks.getOrDefault(network, List.of()).contains(name))
                .map(box -> box.name)
                .toList();
    }

    private void free(String name) {
        if (boxes.values().stream().anyMatch(b -> b.name.equals(name))) {
            throw new EngineException(409, "The container name is already in use by container", name);
        }
    }

    private Box box(String idOrName, String call) {
        return boxes.values().stream()
                .filter(b -> b.id.equals(idOrName) || b.name.equals(idOrName))
                .findFirst()
                .orElseThrow(() -> new EngineException(404, "No such container", call));
    }

    /** What a power cut does: everything stops, and what has a restart policy starts anew. */
    void powerCut() {
        boxes.values().forEach(b -> {
            if (b.running()) {
                b.state = b.restart.equals("no") ? "exited" : "running";
                b.status = "Exited (137) 1 second ago";
            } else if (b.restart.equals("always") && b.state.equals("exited")) {
                b.state = "running";
            }
        });
    }

    List<String> running() {
        List<String> running = new ArrayList<>();
        boxes.values().stream()
                .filter(Box::running)
                .forEach(b -> running.add(b.labels.get(Labels.SERVICE) + "-" + b.labels.get(Labels.NUMBER)));
        running.sort(null);
        return running;
    }

    private static byte[] bytes(Json json) {
        return JsonWriter.compact(json).getBytes(UTF_8);
    }

    @Override
    public byte[] follow(Call call, Duration silence, Consumer<String> each) {
        return call(call);
    }

    @Override
    public byte[] load(InputStream archive, Duration limit) {
        throw new UnsupportedOperationException("images/load: the crashes are tried with images that are there");
    }

    @Override
    public synchronized byte[] put(String path, byte[] archive, Duration limit) {
        if (left <= 0) {
            throw new Killed();
        }
        box(path.split("/")[2], path).filled = true;
        watch.run();
        if (--left <= 0) {
            throw new Killed();
        }
        return bytes(Json.object().build());
    }

    @Override
    public void close() {}
}
