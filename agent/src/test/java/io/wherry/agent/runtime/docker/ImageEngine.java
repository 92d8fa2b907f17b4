package io.wherry.agent.runtime.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Secret;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.io.InputStream;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** An engine that has nothing but images, and registries that have what a test says. It removes as the real one does, and dies with its caller when told to. */
final class ImageEngine implements Engine {
    final Map<String, String> registry = new HashMap<>();
    /** Tags, and what was pulled by a digest, to ids. */
    final Map<String, String> names = new TreeMap<>();
    /** Ids that have lost their last name. */
    final Set<String> nameless = new TreeSet<>();
    /** Ids from which containers were made, running or not. */
    final Set<String> used = new TreeSet<>();

    final Set<String> digests = new HashSet<>();
    /** When each was last tagged, as far as this engine says so. */
    final Map<String, String> tagged = new HashMap<>();

    final List<String> pulls = new ArrayList<>();
    final List<Optional<Secret>> logins = new ArrayList<>();
    final List<Call> calls = new ArrayList<>();
    final List<String> progress = new ArrayList<>();
    Json.Obj info = Json.object().build();
    String error = "";
    boolean lies;
    Runnable beforePull = () -> {};
    /** Changes that it still carries out; the answer to the last one is lost. */
    int left = Integer.MAX_VALUE;

    @Override
    public byte[] call(Call call) {
        calls.add(call);
        if (!call.method().equals("GET") && left <= 0) {
            throw new SimulatedEngine.Killed();
        }
        byte[] answer = answer(call, URLDecoder.decode(call.path(), UTF_8));
        if (!call.method().equals("GET") && --left <= 0) {
            throw new SimulatedEngine.Killed();
        }
        return answer;
    }

    private byte[] answer(Call call, String path) {
        if (path.equals("/info")) {
            return JsonWriter.compact(info).getBytes(UTF_8);
        }
        if (path.startsWith("/containers/json")) {
            return containers();
        }
        if (path.startsWith("/images/create?fromImage=")) {
            return pull(path.substring("/images/create?fromImage=".length()), call.login());
        }
        String name = path.replaceFirst("/images/", "").replaceFirst("/json$|/tag\\?.*|\\?noprune=1$", "");
        if (call.method().equals("GET")) {
            return inspect(name);
        }
        if (call.method().equals("DELETE")) {
            remove(name);
            return new byte[0];
        }
        rename(path.replaceFirst(".*repo=", "").replace("&tag=", ":"), name);
        return new byte[0];
    }

    @Override
    public byte[] follow(Call call, Duration silence, Consumer<String> each) {
        beforePull.run();
        progress.forEach(each);
        return call(call);
    }

    private byte[] pull(String reference, Optional<Secret> login) {
        pulls.add(reference);
        logins.add(login);
        if (!error.isEmpty()) {
            return ("{\"error\":\"" + error + "\"}").getBytes(UTF_8);
        }
        String id = registry.get(reference);
        if (id == null) {
            return "{\"error\":\"manifest unknown\"}".getBytes(UTF_8);
        }
        rename(reference, id);
        if (reference.contains("@") && !lies) {
            digests.add(reference);
        }
        return new byte[0];
    }

    private void rename(String name, String id) {
        nameless.remove(id);
        String before = names.put(name, id);
        if (before != null && !names.containsValue(before)) {
            nameless.add(before);
        }
    }

    private void remove(String name) {
        String id = names.getOrDefault(name, name);
        List<String> all = namesOf(id);
        if (all.isEmpty() && !nameless.contains(id)) {
            throw new EngineException(404, "No such image: " + name, "DELETE");
        }
        boolean byId = id.equals(name);
        if (byId && all.size() > 1) {
            throw new EngineException(409, "image is referenced in multiple repositories", "DELETE");
        }
        if (used.contains(id) && (byId || all.size() == 1)) {
            throw new EngineException(409, "a container is using its referenced image", "DELETE");
        }
        names.keySet().removeAll(byId ? all : List.of(name));
        nameless.remove(id);
    }

    private List<String> namesOf(String id) {
        return names.entrySet().stream()
                .filter(one -> one.getValue().equals(id))
                .map(Map.Entry::getKey)
                .toList();
    }

    boolean has(String id) {
        return names.containsValue(id) || nameless.contains(id);
    }

    private byte[] inspect(String name) {
        String id = names.getOrDefault(name, name);
        if (!has(id)) {
            throw new EngineException(404, "No such image: " + name, "GET");
        }
        return JsonWriter.compact(Json.object()
                        .put("Id", id)
                        .put(
                                "RepoTags",
                                namesOf(id).stream()
                                        .filter(one -> !one.contains("@"))
                                        .toList())
                        .put("RepoDigests", List.copyOf(digests))
                        .put("Metadata", Map.of("LastTagTime", tagged.getOrDefault(name, "0001-01-01T00:00:00Z")))
                        .build())
                .getBytes(UTF_8);
    }

    private byte[] containers() {
        List<Json> list = new ArrayList<>();
        for (String id : used) {
            list.add(Json.object()
                    .put("Id", "c-" + id)
                    .put("Names", List.of("/c"))
                    .put("Labels", Map.of())
                    .put("State", "exited")
                    .put("Status", "Exited (0)")
                    .put("ImageID", id)
                    .build());
        }
        return JsonWriter.compact(new Json.Arr(list)).getBytes(UTF_8);
    }

    @Override
    public byte[] load(InputStream archive, Duration limit) {
        throw new EngineException(500, "nothing is loaded here", "POST");
    }

    @Override
    public byte[] put(String path, byte[] archive, Duration limit) {
        throw new EngineException(500, "nothing is put here", "PUT");
    }

    @Override
    public ApiVersion version() {
        return ApiVersion.NEWEST;
    }

    @Override
    public void close() {}
}
