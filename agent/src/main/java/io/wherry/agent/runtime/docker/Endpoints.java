package io.wherry.agent.runtime.docker;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/** The networks a container is connected to, with its names there. */
final class Endpoints {
    private static final String INTERFACE_NAME = "com.docker.network.endpoint.ifname";

    private Endpoints() {}

    /**
     * By the engine's name of the network; the highest priority first, then by name, as Compose does.
     *
     * @param links as {@link Links} has them
     */
    static SequencedMap<String, Json.Obj> of(
            String project, ComposeModel model, ComposeService service, String containerName, List<String> links) {
        List<Map.Entry<String, Json.Obj>> sorted =
                new ArrayList<>(service.networks().entrySet());
        sorted.sort(Comparator.comparingLong(
                        (Map.Entry<String, Json.Obj> e) -> -e.getValue().integerOr("priority", 0))
                .thenComparing(Map.Entry::getKey));
        SequencedMap<String, Json.Obj> endpoints = new LinkedHashMap<>();
        for (Map.Entry<String, Json.Obj> entry : sorted) {
            endpoints.put(
                    model.networkName(project, entry.getKey()),
                    endpoint(entry.getValue(), containerName, service.name(), links));
        }
        return endpoints;
    }

    private static Json.Obj endpoint(Json.Obj wanted, String containerName, String service, List<String> links) {
        List<String> aliases = new ArrayList<>(List.of(containerName, service));
        aliases.addAll(wanted.strings("aliases"));
        Json.Builder addresses = Json.object();
        wanted.findString("ipv4_address").ifPresent(a -> addresses.put("IPv4Address", a));
        wanted.findString("ipv6_address").ifPresent(a -> addresses.put("IPv6Address", a));
        if (!wanted.strings("link_local_ips").isEmpty()) {
            addresses.put("LinkLocalIPs", Json.Arr.ofStrings(wanted.strings("link_local_ips")));
        }
        Json.Obj ipam = addresses.build();
        Json.Builder endpoint = Json.object().put("Aliases", aliases);
        if (!ipam.fields().isEmpty()) {
            endpoint.put("IPAMConfig", ipam);
        }
        if (!links.isEmpty()) {
            endpoint.put("Links", links);
        }
        wanted.findString("mac_address").ifPresent(mac -> endpoint.put("MacAddress", mac));
        wanted.find("gw_priority").ifPresent(p -> endpoint.put("GwPriority", Units.whole("gw_priority", p)));
        Map<String, String> options = new TreeMap<>(ContainerSpec.texts(wanted, "driver_opts"));
        wanted.findString("interface_name").ifPresent(name -> options.put(INTERFACE_NAME, name));
        if (!options.isEmpty()) {
            endpoint.put("DriverOpts", options);
        }
        return endpoint.build();
    }
}
