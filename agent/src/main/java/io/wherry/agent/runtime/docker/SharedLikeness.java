package io.wherry.agent.runtime.docker;

import static io.wherry.agent.runtime.docker.ComposeService.nested;

import io.wherry.contract.json.Json;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Whether a network or volume that people made may be used as it is. What the file leaves open may be anything; labels do nothing. Pure.
 */
final class SharedLikeness {
    private SharedLikeness() {}

    /**
     * @param wanted the body of the create call
     * @param found  as the engine lists it
     * @return names of what differs, as the model has them
     */
    static SortedSet<String> network(Json.Obj wanted, Json.Obj found) {
        SortedSet<String> differs = new TreeSet<>();
        same(differs, "driver", wanted.findString("Driver"), found.findString("Driver"));
        for (Map.Entry<String, String> flag : Map.of(
                        "Internal", "internal",
                        "Attachable", "attachable",
                        "EnableIPv6", "enable_ipv6")
                .entrySet()) {
            if (wanted.boolOr(flag.getKey(), false) != found.boolOr(flag.getKey(), false)) {
                differs.add(flag.getValue());
            }
        }
        if (wanted.find("EnableIPv4").isPresent() && wanted.bool("EnableIPv4") != found.boolOr("EnableIPv4", true)) {
            differs.add("enable_ipv4");
        }
        if (!ContainerSpec.texts(wanted, "Options").equals(ContainerSpec.texts(found, "Options"))) {
            differs.add("driver_opts");
        }
        Optional<Json.Obj> ipam = nested(wanted, "IPAM");
        if (ipam.isPresent()
                && !holds(ipam.get(), nested(found, "IPAM").orElse(Json.object().build()))) {
            differs.add("ipam");
        }
        return differs;
    }

    /** Each range that is asked for is there with all that is asked of it; the engine adds a gateway by itself. */
    private static boolean holds(Json.Obj wanted, Json.Obj found) {
        if (!wanted.findString("Driver").equals(found.findString("Driver"))) {
            return false;
        }
        return Likeness.objects(wanted, "Config").stream().allMatch(want -> Likeness.objects(found, "Config").stream()
                .anyMatch(have -> want.fields().keySet().stream().allMatch(key -> Likeness.text(key, want.find(key))
                        .equals(Likeness.text(key, have.find(key))))));
    }

    static SortedSet<String> volume(Json.Obj wanted, Json.Obj found) {
        SortedSet<String> differs = new TreeSet<>();
        same(differs, "driver", wanted.findString("Driver"), found.findString("Driver"));
        if (!ContainerSpec.texts(wanted, "DriverOpts").equals(ContainerSpec.texts(found, "Options"))) {
            differs.add("driver_opts");
        }
        return differs;
    }

    private static void same(SortedSet<String> differs, String field, Optional<String> wanted, Optional<String> found) {
        if (!wanted.equals(found)) {
            differs.add(field);
        }
    }
}
