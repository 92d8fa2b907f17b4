package io.wherry.agent.runtime.docker;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** The networks a container is connected to, with its names there. */
final class Endpoints {
    private Endpoints() {}

    /** By the engine's name of the network; the highest priority first, then by name, as Compose does. */
    static SequencedMap<String, Json.Obj> of(
            String project, ComposeModel model, ComposeService service, String containerName) {
        List<Map.Entry<String, Json.Obj>> sorted =
                new ArrayList<>(service.networks().entrySet());
        sorted.sort(Comparator.comparingLong(
                        (Map.Entry<String, Json.Obj> e) -> -e.getValue().integerOr("priority", 0))
                .thenComparing(Map.Entry::getKey));
        SequencedMap<String, Json.Obj> endpoints = new LinkedHashMap<>();
        for (Map.Entry<String, Json.Obj> entry : sorted) {
            endpoints.put(
                    model.networkName(project, entry.getKey()),
                    endpoint(entry.getValue(), containerName, service.name()));
        }
        return endpoints;
    }

    private static Json.Obj endpoint(Json.Obj wanted, String containerName, String service) {
        List<String> aliases = new ArrayList<>(List.of(containerName, service));
        aliases.addAll(wanted.strings("aliases"));
        Json.Builder addresses = Json.object();
        wanted.findString("ipv4_address").ifPresent(a -> addresses.put("IPv4Address", a));
        wanted.findString("ipv6_address").ifPresent(a -> addresses.put("IPv6Address", a));
        Json.Obj ipam = addresses.build();
        Json.Builder endpoint = Json.object().put("Aliases", aliases);
        if (!ipam.fields().isEmpty()) {
            endpoint.put("IPAMConfig", ipam);
        }
        return endpoint.build();
    }
}
