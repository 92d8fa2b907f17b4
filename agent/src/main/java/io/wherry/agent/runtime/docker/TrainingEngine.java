package io.wherry.agent.runtime.docker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Loop;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.URLDecoder;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers an agent whose class cache is being made as a Docker engine would, at a Unix socket: notes the containers, networks and volumes that it is asked to
 * make, and says of each what was asked for. It has every image, and what is started is healthy at once. Nothing runs, and nothing is done well for anything
 * but that.
 */
public final class TrainingEngine implements AutoCloseable {
    private static final String IMAGE = "sha256:" + "0".repeat(64);

    private static final String SINCE = "2026-01-01T00:00:00Z";
    /** A connection is served once: its loop is ended with it, long before. */
    private static final Duration ONCE = Duration.ofDays(1);

    private static final Pattern CONTAINER =
            Pattern.compile("/containers/([^/?]+)(?:/([a-z]+))?(?:\\?name=([^&]*).*)?");
    private static final Pattern LENGTH = Pattern.compile("(?im)^Content-Length: *([0-9]+)$");
    private static final Pattern REQUEST = Pattern.compile("([A-Z]+) (?:/v1\\.[0-9]+)?(/\\S*) HTTP/1\\.1");

    private static final String VERSION = """
            {"Version": "28.0.0", "ApiVersion": "1.48", "MinAPIVersion": "1.24", "Os": "linux", "Arch": "amd64"}""";
    private static final String INFO = """
            {"ID": "training", "Swarm": {"LocalNodeState": "inactive"}, "DockerRootDir": "/", "Driver": "overlay2"}""";

    private final ServerSocketChannel listener;
    private final Loop loop;
    private final ConcurrentLinkedQueue<Loop> connections = new ConcurrentLinkedQueue<>();
    private final Map<String, Box> boxes = new LinkedHashMap<>();
    private final Map<String, Json.Obj> networks = new TreeMap<>();
    private final Map<String, Json.Obj> volumes = new TreeMap<>();

    /** @param asked the body of the call that made it */
    private record Box(String id, String name, boolean running, Json.Obj asked) {}

    /** @param body JSON, or nothing */
    private record Answer(int status, String body) {
        static Answer of(Json json) {
            return new Answer(200, JsonWriter.compact(json));
        }

        static Answer made(String key, String value) {
            return new Answer(
                    201, JsonWriter.compact(Json.object().put(key, value).build()));
        }

        static Answer none() {
            return new Answer(204, "");
        }

        static Answer notFound(String what) {
            return new Answer(
                    404,
                    JsonWriter.compact(
                            Json.object().put("message", "No such " + what).build()));
        }
    }

    /** @param socket is made here */
    public TrainingEngine(Path socket) throws IOException {
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket));
        loop = Loop.start("engine", Duration.ZERO, this::accept);
    }

    private void accept() {
        try {
            SocketChannel caller = listener.accept();
            connections.add(Loop.start("engine-connection", ONCE, () -> serve(caller)));
        } catch (IOException e) {
            if (listener.isOpen()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void serve(SocketChannel caller) {
        try (caller) {
            InputStream in = new BufferedInputStream(Channels.newInputStream(caller));
            OutputStream out = Channels.newOutputStream(caller);
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                Matcher length = LENGTH.matcher(head);
                byte[] body = length.find() ? in.readNBytes(Integer.parseInt(length.group(1))) : new byte[0];
                Answer answer = answer(head, body);
                byte[] content = answer.body().getBytes(UTF_8);
                out.write(("HTTP/1.1 " + answer.status()
                                + " As asked\r\nContent-Type: application/json\r\nContent-Length: " + content.length
                                + "\r\n\r\n")
                        .getBytes(US_ASCII));
                out.write(content);
            }
        } catch (IOException e) {
            // the agent has left
        }
    }

    /** @return request line and fields with line ends of one character; empty where the caller is done */
    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int last = 0;
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\r') {
                continue;
            }
            head.write(next);
            if (next == '\n' && last == '\n') {
                return head.toString(ISO_8859_1);
            }
            last = next;
        }
        return "";
    }

    private Answer answer(String head, byte[] body) {
        Matcher request = REQUEST.matcher(head);
        if (!request.lookingAt()) {
            return new Answer(400, "{\"message\": \"not understood\"}");
        }
        String path = request.group(2);
        boolean isJson = body.length > 0 && body[0] == '{';
        Json.Obj asked = isJson ? JsonReader.object(body) : Json.object().build();
        return request.group(1).equals("GET") ? read(path) : change(path, asked);
    }

    private synchronized Answer read(String path) {
        String what = path.split("\\?", 2)[0];
        Matcher container = CONTAINER.matcher(path);
        return switch (what) {
            case "/version" -> new Answer(200, VERSION);
            case "/info" -> new Answer(200, INFO);
            case "/events" -> new Answer(200, "");
            case "/images/json" -> Answer.of(new Json.Arr(List.of()));
            case "/networks" -> Answer.of(new Json.Arr(List.copyOf(networks.values())));
            case "/volumes" ->
                Answer.of(Json.object()
                        .put("Volumes", new Json.Arr(List.copyOf(volumes.values())))
                        .build());
            case "/containers/json" ->
                Answer.of(new Json.Arr(boxes.values().stream()
                        .<Json>map(TrainingEngine::listed)
                        .toList()));
            default -> {
                if (what.startsWith("/images/")) {
                    yield new Answer(200, "{\"Id\": \"" + IMAGE + "\", \"Config\": {}, \"Size\": 1}");
                }
                yield container.matches()
                        ? box(container.group(1))
                                .map(box -> Answer.of(inspected(box)))
                                .orElse(Answer.notFound(what))
                        : Answer.notFound(what);
            }
        };
    }

    /** What a first deployment asks for; anything else is told to be missing, which ends the training. */
    private synchronized Answer change(String path, Json.Obj asked) {
        Matcher container = CONTAINER.matcher(path);
        if (path.equals("/networks/create")) {
            networks.put(asked.string("Name"), asked.with("Id", new Json.Str(asked.string("Name"))));
            return Answer.made("Id", asked.string("Name"));
        }
        if (path.equals("/volumes/create")) {
            volumes.put(asked.string("Name"), asked);
            return Answer.of(asked);
        }
        if (path.startsWith("/containers/create?name=") && container.matches()) {
            String id = "%064x".formatted(boxes.size() + 1);
            boxes.put(id, new Box(id, URLDecoder.decode(container.group(3), UTF_8), false, asked));
            return Answer.made("Id", id);
        }
        if (container.matches() && "start".equals(container.group(2))) {
            box(container.group(1))
                    .ifPresent(box -> boxes.put(box.id(), new Box(box.id(), box.name(), true, box.asked())));
            return Answer.none();
        }
        return path.contains("/archive?") ? Answer.none() : Answer.notFound(path);
    }

    private Optional<Box> box(String idOrName) {
        return boxes.values().stream()
                .filter(box -> box.id().equals(idOrName) || box.name().equals(idOrName))
                .findFirst();
    }

    private static Json.Obj listed(Box box) {
        return Json.object()
                .put("Id", box.id())
                .put("Names", List.of("/" + box.name()))
                .put("Labels", box.asked().stringMap("Labels"))
                .put("State", box.running() ? "running" : "created")
                .put("Status", box.running() ? "Up 1 second (healthy)" : "Created")
                .put("ImageID", IMAGE)
                .put("NetworkSettings", networks(box))
                .build();
    }

    private static Json.Obj inspected(Box box) {
        return Json.object()
                .put("Id", box.id())
                .put("Name", "/" + box.name())
                .put("Image", IMAGE)
                .put("Created", SINCE)
                .put(
                        "State",
                        Json.object()
                                .put("Status", box.running() ? "running" : "created")
                                .put("StartedAt", SINCE)
                                .put(
                                        "Health",
                                        Json.object().put("Status", "healthy").build())
                                .build())
                .put("Config", box.asked())
                .put("HostConfig", box.asked().object("HostConfig"))
                .put("NetworkSettings", networks(box))
                .build();
    }

    private static Json.Obj networks(Box box) {
        Json.Obj none = Json.object().build();
        return Json.object()
                .put(
                        "Networks",
                        box.asked()
                                .findObject("NetworkingConfig")
                                .flatMap(n -> n.findObject("EndpointsConfig"))
                                .orElse(none))
                .build();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        loop.close();
        connections.forEach(Loop::close);
    }
}
