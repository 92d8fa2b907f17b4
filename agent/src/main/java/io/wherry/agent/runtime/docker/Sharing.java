package io.wherry.agent.runtime.docker;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * What a container shares with containers of other services of its stack. They are named by service in the model and by id for the engine, so a
 * container must be made anew when one of those is.
 *
 * @param network service whose network it uses
 * @param ipc     service whose shared memory it uses
 * @param pid     service whose processes it sees
 * @param volumes services whose volumes it mounts, and containers by {@code container:NAME}, in the order of the model
 */
record Sharing(Optional<String> network, Optional<String> ipc, Optional<String> pid, List<String> volumes) {
    private static final String SERVICE = "service:";
    private static final String CONTAINER = "container:";

    Sharing {
        volumes = List.copyOf(volumes);
    }

    /** As the service's attributes say. */
    static Sharing of(Json.Obj raw) {
        return new Sharing(
                other(raw, "network_mode"), other(raw, "ipc"), other(raw, "pid"), raw.strings("volumes_from"));
    }

    private static Optional<String> other(Json.Obj raw, String key) {
        return raw.findString(key)
                .filter(mode -> mode.startsWith(SERVICE))
                .map(mode -> mode.substring(SERVICE.length()));
    }

    /** The services among them. */
    NavigableSet<String> services() {
        NavigableSet<String> services = new TreeSet<>();
        network.ifPresent(services::add);
        services.addAll(besidesNetwork());
        return services;
    }

    /** The same without the network's, which a list call of the engine shows. */
    NavigableSet<String> besidesNetwork() {
        NavigableSet<String> services = new TreeSet<>();
        ipc.ifPresent(services::add);
        pid.ifPresent(services::add);
        volumes.stream().filter(from -> !from.startsWith(CONTAINER)).forEach(from -> services.add(service(from)));
        return services;
    }

    /** The services that must run for a container to start: what they have of volumes is there anyway. */
    NavigableSet<String> namespaces() {
        NavigableSet<String> services = new TreeSet<>();
        network.ifPresent(services::add);
        ipc.ifPresent(services::add);
        pid.ifPresent(services::add);
        return services;
    }

    private static String service(String from) {
        return from.split(":", 2)[0];
    }

    /** What the label says of a container: which containers it was made with; empty where there are none besides the network's. */
    String label(UnaryOperator<String> idOf) {
        return String.join(
                ",", besidesNetwork().stream().map(s -> s + "=" + idOf.apply(s)).toList());
    }

    /** Puts the ids into a {@code HostConfig}. */
    void into(SequencedMap<String, Json> host, UnaryOperator<String> idOf) {
        network.ifPresent(other -> host.put("NetworkMode", Json.of(CONTAINER + idOf.apply(other))));
        ipc.ifPresent(other -> host.put("IpcMode", Json.of(CONTAINER + idOf.apply(other))));
        pid.ifPresent(other -> host.put("PidMode", Json.of(CONTAINER + idOf.apply(other))));
        if (!volumes.isEmpty()) {
            List<String> from = new ArrayList<>();
            volumes.forEach(
                    one -> from.add(one.startsWith(CONTAINER) ? one.split(":", -1)[1] : idOf.apply(service(one))));
            host.put("VolumesFrom", Json.Arr.ofStrings(from));
        }
    }
}
