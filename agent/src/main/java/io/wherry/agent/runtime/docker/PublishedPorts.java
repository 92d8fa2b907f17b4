package io.wherry.agent.runtime.docker;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The ports of a service.
 *
 * @param exposed  {@code 80/tcp}, published or not
 * @param bindings by exposed port: address and port of the host, as the engine takes them
 * @param fixed    ports of the host that are named; those the engine chooses are not
 */
record PublishedPorts(SortedSet<String> exposed, SortedMap<String, List<Json.Obj>> bindings, Set<HostPort> fixed) {
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

    static PublishedPorts of(ComposeService service) {
        String path = "services." + service.name() + ".ports";
        SortedSet<String> exposed = new TreeSet<>();
        SortedMap<String, List<Json.Obj>> bindings = new TreeMap<>();
        Set<HostPort> fixed = new TreeSet<>();
        for (Json port : service.raw().array("expose")) {
            String text = Units.text("expose", port);
            exposed.add(text); // as it is written, as Compose does
        }
        for (Json.Obj port : service.raw().objects("ports")) {
            KnownFields.check(path, port, KnownFields.PORT);
            String protocol = port.findString("protocol").orElse("tcp");
            String target = port.integer("target") + "/" + protocol;
            String published = port.find("published")
                    .map(p -> Units.text(path + ".published", p))
                    .orElse("");
            String address = port.findString("host_ip").orElse("");
            exposed.add(target);
            bindings.computeIfAbsent(target, k -> new ArrayList<>())
                    .add(Json.object()
                            .put("HostIp", address)
                            .put("HostPort", published)
                            .build());
            if (PORT.matcher(published).matches() && !published.equals("0")) {
                fixed.add(new HostPort(address, Integer.parseInt(published), protocol));
            }
        }
        return new PublishedPorts(exposed, bindings, fixed);
    }

    Json.Obj exposedJson() {
        Json.Builder json = Json.object();
        exposed.forEach(port -> json.put(port, Json.object().build()));
        return json.build();
    }

    Json.Obj bindingsJson() {
        Json.Builder json = Json.object();
        bindings.forEach((port, hosts) -> json.put(port, new Json.Arr(List.copyOf(hosts))));
        return json.build();
    }
}
