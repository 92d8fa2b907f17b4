package io.wherry.agent.runtime.docker;

import static io.wherry.agent.runtime.docker.ComposeService.nested;

import io.wherry.contract.json.Json;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** How a container is connected, as a Compose file says it: {@link Endpoints} and {@link Links} backwards. Pure. */
final class ExportedEndpoints {
    private static final String INTERFACE_NAME = "com.docker.network.endpoint.ifname";
    private static final String CONTAINER = "container:";

    private final ExportedProject project;
    private final String service;
    private final int number;
    private final Json.Obj found;
    private final Json.Builder out;

    ExportedEndpoints(ExportedProject project, String service, int number, Json.Obj found, Json.Builder out) {
        this.project = project;
        this.service = service;
        this.number = number;
        this.found = found;
        this.out = out;
    }

    void write() {
        String mode = found.object("HostConfig").findString("NetworkMode").orElse("");
        Json.Obj networks = nested(found.object("NetworkSettings"), "Networks")
                .orElse(Json.object().build());
        SortedSet<String> links = new TreeSet<>();
        String own = found.string("Name") + "/";
        Likeness.strings(found.object("HostConfig"), "Links")
                .forEach(
                        link -> { // /OTHER:/THIS/ALIAS
                            String[] parts = link.split(":", 2);
                            links.add(parts[0].substring(1) + ":" + parts[1].replaceFirst("^\\Q" + own + "\\E", ""));
                        });
        if (List.of("host", "none", "bridge", "default").contains(mode)) {
            out.put("network_mode", mode.equals("default") ? "bridge" : mode);
        } else if (mode.startsWith(CONTAINER)) {
            out.put("network_mode", shared(mode));
        } else {
            endpoints(mode, networks, links);
        }
        links(links);
    }

    /** {@code container:ID} as the file has it. */
    private String shared(String mode) {
        return shared(project, mode);
    }

    static String shared(ExportedProject project, String mode) {
        String id = mode.substring(CONTAINER.length());
        return project.service(id)
                .map(other -> "service:" + other)
                .orElseGet(() -> CONTAINER
                        + project.container(id).map(ObservedContainer::name).orElse(id));
    }

    private void endpoints(String first, Json.Obj networks, SortedSet<String> links) {
        SortedMap<String, Json> written = new TreeMap<>();
        String firstKey = "";
        for (String engineName : networks.fields().keySet()) {
            String key = project.networkKey(engineName);
            written.put(key, endpoint(networks.object(engineName), links));
            firstKey = engineName.equals(first) ? key : firstKey;
        }
        if (!firstKey.isEmpty() && !written.firstKey().equals(firstKey)) {
            // The one it was made with is the one of the highest priority, then the first by name.
            Json.Builder endpoint = Json.object();
            ((Json.Obj) written.getOrDefault(firstKey, Json.object().build()))
                    .fields()
                    .forEach(endpoint::put);
            written.put(firstKey, endpoint.put("priority", 1).build());
        }
        boolean plain = written.size() == 1
                && written.getOrDefault(ComposeModel.DEFAULT_NETWORK, new Json.Null()) instanceof Json.Obj(var fields)
                && fields.isEmpty();
        if (!plain) {
            out.put("networks", new Json.Obj(new java.util.LinkedHashMap<>(written)));
        }
    }

    private Json.Obj endpoint(Json.Obj network, SortedSet<String> links) {
        Json.Builder endpoint = Json.object();
        SortedSet<String> aliases = new TreeSet<>(Likeness.strings(network, "Aliases"));
        aliases.removeAll(List.of(service, found.string("Name").substring(1)));
        aliases.removeAll(Likeness.aliasesOfTheEngine(found));
        if (!aliases.isEmpty()) {
            endpoint.put("aliases", aliases);
        }
        nested(network, "IPAMConfig").ifPresent(addresses -> {
            addresses
                    .findString("IPv4Address")
                    .filter(a -> !a.isEmpty())
                    .ifPresent(a -> endpoint.put("ipv4_address", a));
            addresses
                    .findString("IPv6Address")
                    .filter(a -> !a.isEmpty())
                    .ifPresent(a -> endpoint.put("ipv6_address", a));
            if (!Likeness.strings(addresses, "LinkLocalIPs").isEmpty()) {
                endpoint.put("link_local_ips", Likeness.strings(addresses, "LinkLocalIPs"));
            }
        });
        if (network.integerOr("GwPriority", 0) != 0) {
            endpoint.put("gw_priority", network.integer("GwPriority"));
        }
        Map<String, String> options = new TreeMap<>(ContainerSpec.texts(network, "DriverOpts"));
        String card = options.remove(INTERFACE_NAME);
        if (card != null) {
            endpoint.put("interface_name", card);
        }
        ExportedShared.map(endpoint, "driver_opts", options);
        links.addAll(Likeness.strings(network, "Links"));
        return endpoint.build();
    }

    /** For each link Compose writes the alias and two names of its own; an external one is the alias alone. */
    private void links(SortedSet<String> links) {
        SortedSet<String> own = new TreeSet<>();
        SortedSet<String> external = new TreeSet<>();
        for (String link : links) {
            String[] parts = link.split(":", 2);
            String alias = parts.length > 1 ? parts[1] : parts[0];
            String other = project.service(parts[0]).orElse("");
            List<String> composes = List.of(
                    parts[0] + ":" + other + "-" + number,
                    parts[0] + ":" + Names.container(project.name(), other, number));
            if (other.isEmpty() || !links.containsAll(composes)) {
                external.add(link);
            } else if (!composes.contains(link)) {
                own.add(alias.equals(other) ? other : other + ":" + alias);
            }
        }
        if (!own.isEmpty()) {
            out.put("links", own);
        }
        if (!external.isEmpty()) {
            out.put("external_links", external);
        }
    }
}
