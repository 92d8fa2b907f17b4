package io.wherry.agent.runtime.docker;

import static io.wherry.agent.runtime.docker.ComposeService.nested;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ranges and addresses of networks that cannot be had, found before anything is stopped. What is somebody else's may go away, so it makes the apply wait;
 * what contradicts itself never will.
 */
final class Addresses {
    private final Wanted wanted;
    private final Observed observed;

    private Addresses(Wanted wanted, Observed observed) {
        this.wanted = wanted;
        this.observed = observed;
    }

    static Optional<Plan.Blocked> conflict(Wanted wanted, Observed observed) {
        Addresses addresses = new Addresses(wanted, observed);
        for (SharedSpec network : wanted.networks()) {
            Optional<Plan.Blocked> blocked = addresses.inItself(network).or(() -> addresses.withOthers(network));
            if (!network.external() && blocked.isPresent()) {
                return blocked;
            }
        }
        return addresses.ofContainers();
    }

    /** A range that is none, or an address of its own that is outside. */
    private Optional<Plan.Blocked> inItself(SharedSpec network) {
        for (Json.Obj config : configs(network.body())) {
            String text = config.findString("Subnet").orElse("");
            if (text.isEmpty()) {
                continue;
            }
            Optional<Subnet> range = Subnet.parse(text).filter(_ -> text.contains("/"));
            if (range.isEmpty()) {
                return invalid(network.object() + ": subnet " + text
                        + " is no range of addresses (expected: a form like 10.1.0.0/16 or fd00:1::/64)");
            }
            for (Map.Entry<String, String> own : ownAddresses(config).entrySet()) {
                if (Subnet.parse(own.getValue()).filter(range.get()::contains).isEmpty()) {
                    return invalid(network.object() + ": " + own.getKey() + " " + own.getValue()
                            + " is outside of the subnet " + text);
                }
            }
            for (SharedSpec other : wanted.networks()) {
                Optional<String> same = overlapping(range.get(), other.body());
                if (other.name().compareTo(network.name()) > 0 && !other.external() && same.isPresent()) {
                    return invalid(network.object() + " and " + other.object() + " have the same addresses: " + text
                            + " and " + same.get());
                }
            }
        }
        return Optional.empty();
    }

    private static Map<String, String> ownAddresses(Json.Obj config) {
        Map<String, String> own = new java.util.TreeMap<>();
        config.findString("Gateway").ifPresent(gateway -> own.put("gateway", gateway));
        config.findString("IPRange").ifPresent(range -> own.put("ip_range", range));
        config.stringMap("AuxiliaryAddresses").forEach((name, address) -> own.put("aux_addresses." + name, address));
        return own;
    }

    /** Of what is to be made: other networks of the engine, and those on which the host has a leg. */
    private Optional<Plan.Blocked> withOthers(SharedSpec network) {
        Json.Obj found = observed.networks().get(network.name());
        boolean stays =
                found != null && network.hash().equals(Observed.labels(found).get(Labels.CONFIG_HASH));
        if (stays || !isOfEngine(network.body())) {
            return Optional.empty();
        }
        for (Json.Obj config : configs(network.body())) {
            String text = config.findString("Subnet").orElse("");
            Optional<Plan.Blocked> blocked = Subnet.parse(text)
                    .flatMap(range -> ofEngine(network, text, range).or(() -> ofHost(network, text, range)));
            if (blocked.isPresent()) {
                return blocked;
            }
        }
        return Optional.empty();
    }

    /** An engine gives each range once, whatever the driver; those of a cluster are told apart. */
    private static boolean isOfEngine(Json.Obj network) {
        return !network.findString("Driver").orElse("").equals("overlay")
                && nested(network, "IPAM")
                        .flatMap(ipam -> ipam.findString("Driver"))
                        .orElse("default")
                        .equals("default");
    }

    private Optional<Plan.Blocked> ofEngine(SharedSpec network, String text, Subnet range) {
        for (Json.Obj other : observed.networks().values()) {
            Optional<String> theirs = overlapping(range, other);
            if (theirs.isPresent() && !other.string("Name").equals(network.name()) && isOfEngine(other)) {
                return waiting(network.object() + " needs the addresses " + text + ", and network "
                        + other.string("Name") + " of " + observed.ownerOf(Observed.labels(other)) + " has "
                        + theirs.get() + ". Give it another subnet, or remove that network: docker network rm "
                        + other.string("Name"));
            }
        }
        return Optional.empty();
    }

    /** A bridge in a range of the host's own would cut it off from there. Networks of other drivers lie there on purpose. */
    private Optional<Plan.Blocked> ofHost(SharedSpec network, String text, Subnet range) {
        if (!network.body().string("Driver").equals("bridge")) {
            return Optional.empty();
        }
        return observed.routes().stream()
                .filter(route -> route.range().overlaps(range) && !isOfEngine(route.device()))
                .findFirst()
                .flatMap(route -> waiting(network.object() + " needs the addresses " + text
                        + ", and the host itself is on a network of them by " + route.device()
                        + ", which it would lose. Give it another subnet. See: ip route"));
    }

    /** Bridges of networks that the engine has were looked at already. */
    private boolean isOfEngine(String device) {
        return observed.networks().values().stream()
                .anyMatch(network ->
                        device.equals("br-" + brief(network.findString("Id").orElse("")))
                                || nested(network, "Options")
                                        .flatMap(options -> options.findString("com.docker.network.bridge.name"))
                                        .filter(device::equals)
                                        .isPresent());
    }

    private static String brief(String id) {
        return id.substring(0, Math.min(12, id.length()));
    }

    /** Fixed addresses of containers: each once, and of a range that its network has. */
    private Optional<Plan.Blocked> ofContainers() {
        Map<String, String> taken = new HashMap<>();
        for (ContainerSpec spec : wanted.containers()) {
            for (Map.Entry<String, Json.Obj> endpoint : spec.endpoints().entrySet()) {
                for (String field : List.of("IPv4Address", "IPv6Address")) {
                    String address = nested(endpoint.getValue(), "IPAMConfig")
                            .flatMap(fixed -> fixed.findString(field))
                            .orElse("");
                    String before =
                            address.isEmpty() ? null : taken.put(endpoint.getKey() + " " + address, spec.object());
                    Optional<Plan.Blocked> blocked = address.isEmpty()
                            ? Optional.empty()
                            : ofContainer(spec, endpoint.getKey(), address, before);
                    if (blocked.isPresent()) {
                        return blocked;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Plan.Blocked> ofContainer(
            ContainerSpec spec, String name, String address, @Nullable String before) {
        if (before != null) {
            return invalid(
                    spec.object() + " and " + before + " both want the address " + address + " on network " + name);
        }
        Optional<SharedSpec> network = wanted.networks().stream()
                .filter(one -> one.name().equals(name))
                .findFirst();
        if (network.isEmpty()) {
            return Optional.empty();
        }
        boolean external = network.get().external();
        Json.Obj found = observed.networks().get(name);
        Json.Obj ranges = external && found != null ? found : network.get().body();
        List<String> declared = configs(ranges).stream()
                .flatMap(config -> config.findString("Subnet").stream())
                .toList();
        Optional<Subnet> wish = Subnet.parse(address);
        if (declared.stream()
                .flatMap(text -> Subnet.parse(text).stream())
                .anyMatch(range -> wish.filter(range::contains).isPresent())) {
            return Optional.empty();
        }
        String what = spec.object() + " wants the address " + address + " on "
                + network.get().object() + ", which has "
                + (declared.isEmpty()
                        ? "no subnet of its own (declare one: ipam.config)"
                        : String.join(", ", declared));
        return external ? waiting(what + ". Look at it: docker network inspect " + name) : invalid(what);
    }

    private static List<Json.Obj> configs(Json.Obj network) {
        List<Json.Obj> configs = new ArrayList<>();
        nested(network, "IPAM").flatMap(ipam -> ipam.find("Config")).ifPresent(list -> {
            if (list instanceof Json.Arr(List<Json> items)) {
                items.forEach(item -> configs.add((Json.Obj) item));
            }
        });
        return configs;
    }

    /** The range of a network that has an address of this one. */
    private static Optional<String> overlapping(Subnet range, Json.Obj network) {
        return configs(network).stream()
                .flatMap(config -> config.findString("Subnet").stream())
                .filter(text -> Subnet.parse(text).filter(range::overlaps).isPresent())
                .findFirst();
    }

    private static Optional<Plan.Blocked> invalid(String detail) {
        return Optional.of(new Plan.Blocked(RuntimeReason.MODEL_INVALID, detail, true));
    }

    private static Optional<Plan.Blocked> waiting(String detail) {
        return Optional.of(new Plan.Blocked(RuntimeReason.ADDRESS_UNUSABLE, detail, false));
    }
}
