package io.wherry.agent.runtime.docker;

import static io.wherry.agent.runtime.docker.ComposeService.nested;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Gives names on networks to containers, and takes them away. The engine changes the names of an endpoint only by making it anew, and each step of
 * this may be repeated: what is there already stays.
 */
final class Connections {
    private static final String ALIASES = "Aliases";

    private final DockerApi docker;

    Connections(DockerApi docker) {
        this.docker = docker;
    }

    /** Connects a container to these networks, with these names. */
    void name(String id, SequencedMap<String, Json.Obj> endpoints) {
        if (endpoints.isEmpty()) {
            return;
        }
        Map<String, Json.Obj> connected = connected(id);
        endpoints.forEach((network, endpoint) -> {
            Json.Obj have = connected.get(network);
            if (have != null) {
                if (names(id, have).containsAll(endpoint.strings(ALIASES))) {
                    return;
                }
                docker.disconnect(network, id);
            }
            docker.connect(network, id, endpoint);
        });
    }

    /**
     * Takes the names of a container that runs away. It stays connected, at the same address where the engine gives it again, so that what was asked of it
     * before can be answered.
     *
     * @return what it had, to be given back by {@link #name}; empty if it has none any more
     */
    SequencedMap<String, Json.Obj> unname(String id) {
        SequencedMap<String, Json.Obj> had = new LinkedHashMap<>();
        connected(id).forEach((network, endpoint) -> {
            if (!names(id, endpoint).isEmpty()) {
                had.put(network, restored(id, endpoint));
            }
        });
        had.forEach((network, endpoint) -> {
            Optional<String> address = Optional.ofNullable(connected(id).get(network))
                    .flatMap(now -> now.findString("IPAddress"))
                    .filter(a -> !a.isEmpty());
            docker.disconnect(network, id);
            reconnect(network, id, endpoint, address);
        });
        return had;
    }

    /** An address can be asked for only on networks that the file gave a range; elsewhere the engine mostly gives the one that was just left. */
    private void reconnect(String network, String id, Json.Obj had, Optional<String> address) {
        Json.Obj plain = without(had, ALIASES);
        if (address.isPresent()) {
            try {
                docker.connect(
                        network,
                        id,
                        plain.with(
                                "IPAMConfig",
                                Json.object().put("IPv4Address", address.get()).build()));
                return;
            } catch (EngineException e) {
                if (e.status() >= 500 && !e.words().contains("user configured subnets")) {
                    throw e;
                }
            }
        }
        docker.connect(network, id, plain);
    }

    /** Takes a container that is stopped off the networks where it could have a name: whatever brings it back sees that it must be connected. */
    void leave(String id) {
        connected(id).forEach((network, endpoint) -> {
            if (!List.of("bridge", "host", "none").contains(network)) {
                docker.disconnect(network, id);
            }
        });
    }

    /** Without names: how a container is connected that shall not be found yet. */
    static SequencedMap<String, Json.Obj> nameless(SequencedMap<String, Json.Obj> endpoints) {
        SequencedMap<String, Json.Obj> nameless = new LinkedHashMap<>();
        endpoints.forEach((network, endpoint) -> nameless.put(network, without(endpoint, ALIASES)));
        return nameless;
    }

    private Map<String, Json.Obj> connected(String id) {
        Map<String, Json.Obj> connected = new LinkedHashMap<>();
        docker.inspect(id)
                .flatMap(inspection -> nested(inspection, "NetworkSettings"))
                .flatMap(settings -> nested(settings, "Networks"))
                .ifPresent(networks -> networks.fields().keySet().forEach(n -> connected.put(n, networks.object(n))));
        return connected;
    }

    /** All but the short id, which older engines count among them. */
    private static List<String> names(String id, Json.Obj endpoint) {
        return endpoint.find(ALIASES)
                .filter(Json.Arr.class::isInstance)
                .map(aliases -> endpoint.strings(ALIASES).stream()
                        .filter(alias -> !id.startsWith(alias))
                        .toList())
                .orElse(List.of());
    }

    /** What can be asked for again of what an inspection shows. */
    private static Json.Obj restored(String id, Json.Obj endpoint) {
        SequencedMap<String, Json> fields = new LinkedHashMap<>();
        for (String key : List.of("IPAMConfig", "Links", "DriverOpts", "GwPriority")) {
            endpoint.find(key)
                    .filter(value -> !(value instanceof Json.Null))
                    .ifPresent(value -> fields.put(key, value));
        }
        fields.put(ALIASES, Json.Arr.ofStrings(new ArrayList<>(names(id, endpoint))));
        return new Json.Obj(fields);
    }

    private static Json.Obj without(Json.Obj endpoint, String key) {
        SequencedMap<String, Json> fields = new LinkedHashMap<>(endpoint.fields());
        fields.remove(key);
        return new Json.Obj(fields);
    }
}
