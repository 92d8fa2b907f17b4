package io.wherry.agent.runtime.docker;

import static io.wherry.agent.runtime.docker.ComposeService.nested;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** A network or volume of an exported project, as a Compose file declares it: {@link SharedSpec} backwards. Pure. */
final class ExportedShared {
    /** Where the engine takes addresses from for networks that ask for none: such a range says nothing. */
    private static final Pattern POOL = Pattern.compile("(172\\.(1[7-9]|2[0-9]|3[01])|192\\.168)\\..*");

    private ExportedShared() {}

    static Json.Obj network(String project, String key, Json.Obj found) {
        Json.Builder out = Json.object();
        name(out, project, key, found);
        found.findString("Driver").filter(d -> !d.equals("bridge")).ifPresent(d -> out.put("driver", d));
        for (Map.Entry<String, String> flag : new TreeMap<>(Map.of(
                        "Attachable", "attachable",
                        "EnableIPv6", "enable_ipv6",
                        "Internal", "internal"))
                .entrySet()) {
            if (found.boolOr(flag.getKey(), false)) {
                out.put(flag.getValue(), true);
            }
        }
        if (!found.boolOr("EnableIPv4", true)) {
            out.put("enable_ipv4", false);
        }
        map(out, "driver_opts", ContainerSpec.texts(found, "Options"));
        map(out, "labels", labels(found));
        nested(found, "IPAM").ifPresent(ipam -> ipam(out, ipam));
        return out.build();
    }

    private static void ipam(Json.Builder out, Json.Obj ipam) {
        List<Json> configs = new ArrayList<>();
        boolean asked = false;
        for (Json.Obj config : Likeness.objects(ipam, "Config")) {
            String subnet = config.findString("Subnet").orElse("");
            Json.Builder one = Json.object();
            config.findString("Subnet").ifPresent(v -> one.put("subnet", v));
            config.findString("IPRange").filter(v -> !v.isEmpty()).ifPresent(v -> one.put("ip_range", v));
            config.findString("Gateway").filter(v -> !v.isEmpty()).ifPresent(v -> one.put("gateway", v));
            map(one, "aux_addresses", ContainerSpec.texts(config, "AuxiliaryAddresses"));
            configs.add(one.build());
            asked |= !POOL.matcher(subnet).matches()
                    || config.findString("IPRange").filter(v -> !v.isEmpty()).isPresent()
                    || !ContainerSpec.texts(config, "AuxiliaryAddresses").isEmpty();
        }
        String driver = ipam.findString("Driver").orElse("default");
        Json.Builder written = Json.object();
        if (!driver.equals("default")) {
            written.put("driver", driver);
        }
        if (asked) {
            written.put("config", new Json.Arr(configs));
        }
        if (!written.build().fields().isEmpty()) {
            out.put("ipam", written.build());
        }
    }

    static Json.Obj volume(String project, String key, Json.Obj found) {
        Json.Builder out = Json.object();
        name(out, project, key, found);
        found.findString("Driver").filter(d -> !d.equals("local")).ifPresent(d -> out.put("driver", d));
        map(out, "driver_opts", ContainerSpec.texts(found, "Options"));
        map(out, "labels", labels(found));
        Json.Obj written = out.build();
        // A key must stand there, or services could not name it.
        return written.fields().isEmpty() ? Json.object().put("driver", "local").build() : written;
    }

    private static void name(Json.Builder out, String project, String key, Json.Obj found) {
        String name = found.string("Name");
        if (!name.equals(project + "_" + key)) {
            out.put("name", name);
        }
    }

    /** Those that people gave. */
    static Map<String, String> labels(Json.Obj found) {
        Map<String, String> labels = new TreeMap<>(Observed.labels(found));
        labels.keySet().removeIf(key -> key.startsWith("com.docker.compose.") || key.startsWith("io.wherry."));
        return labels;
    }

    static void map(Json.Builder out, String key, Map<String, String> values) {
        if (!values.isEmpty()) {
            out.put(key, values);
        }
    }
}
