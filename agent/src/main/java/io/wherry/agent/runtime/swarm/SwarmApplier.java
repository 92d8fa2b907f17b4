package io.wherry.agent.runtime.swarm;

import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Change;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.docker.EngineException;
import io.wherry.contract.Difference;
import io.wherry.contract.RegistryLogin;
import io.wherry.contract.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings the swarm to what a deployment wants: looks first for what stands in the way, then makes networks, configs and secrets, then services. Nothing is
 * removed here; what is replaced is not lost, because what ran before can be made again from what the journal holds. Every step may be repeated.
 */
final class SwarmApplier {
    /** Of one service, where its version has moved on each time. */
    private static final int UPDATE_TRIES = 5;

    /** Something stands in the way; found before anything was changed. */
    record Blocked(RuntimeReason reason, String detail) {}

    private final SwarmApi swarm;
    private final WantedStack wanted;
    private final SwarmState state;
    private final SpecDifferences differences;
    private final List<Change> changes = new ArrayList<>();

    SwarmApplier(SwarmApi swarm, WantedStack wanted, SwarmState state, byte[] hashKey) {
        this.swarm = swarm;
        this.wanted = wanted;
        this.state = state;
        this.differences = new SpecDifferences(hashKey, state.networkNames());
    }

    List<Change> changes() {
        return List.copyOf(changes);
    }

    /** What keeps the deployment from being carried out here; empty: nothing. */
    Optional<Blocked> blocked() {
        for (WantedNetwork network : wanted.networks()) {
            Json.Obj have = state.networks().get(network.name());
            Optional<Blocked> blocked = network.external() ? external(network, have) : network(network, have);
            if (blocked.isPresent()) {
                return blocked;
            }
        }
        for (FileObject file : wanted.files()) {
            if (isForeign(state.files(file.kind()).get(file.name()))) {
                return taken(file.object(), file.name());
            }
        }
        for (WantedService service : wanted.services()) {
            if (isForeign(state.services().get(service.name()))) {
                return taken(service.object(), service.name());
            }
        }
        return portTaken();
    }

    private boolean isForeign(Json.@Nullable Obj object) {
        return object != null && !state.isOurs(object);
    }

    private static Optional<Blocked> taken(String object, String name) {
        return Optional.of(new Blocked(
                RuntimeReason.NAME_TAKEN,
                object + ": the swarm has one called " + name
                        + " already, which is not this stack's. Remove it, or give the stack another projectName"));
    }

    private static Optional<Blocked> external(WantedNetwork network, Json.@Nullable Obj have) {
        boolean predefined = List.of("host", "none").contains(network.name());
        if (predefined
                || (have != null
                        && have.findString("Scope").filter("swarm"::equals).isPresent())) {
            return Optional.empty();
        }
        String why = have == null
                ? " does not exist. Make it: docker network create --driver overlay " + network.name()
                : " is of this engine only. A swarm needs one with the driver overlay";
        return Optional.of(new Blocked(
                RuntimeReason.EXTERNAL_MISSING, network.object() + ": the external network " + network.name() + why));
    }

    private Optional<Blocked> network(WantedNetwork network, Json.@Nullable Obj have) {
        if (isForeign(have)) {
            return taken(network.object(), network.name());
        }
        if (have != null && !network.digest().equals(SwarmState.labels(have).get(StackLabels.SPEC))) {
            return Optional.of(new Blocked(
                    RuntimeReason.REFUSED_BY_RUNTIME,
                    network.object()
                            + ": is there with other options, and a swarm cannot change a network that services are on."
                            + " Give the network another name in the file, which moves the services"));
        }
        return Optional.empty();
    }

    /** Ports of all nodes that another service has; the engine would say so only in the middle of the apply. */
    private Optional<Blocked> portTaken() {
        Map<String, String> taken = new HashMap<>();
        state.services().forEach((name, service) -> {
            if (wanted.service(name).isEmpty() && !mayGoFirst(service)) {
                ingress(service.object("Spec")).forEach(port -> taken.put(port, name));
            }
        });
        for (WantedService service : wanted.services()) {
            for (String port : ingress(service.spec())) {
                String by = taken.get(port);
                if (by != null) {
                    return Optional.of(new Blocked(
                            RuntimeReason.PORT_TAKEN,
                            service.object() + ": port " + port + " is published by service " + by
                                    + " of the swarm. Publish another one, or remove that service first"));
                }
            }
        }
        return Optional.empty();
    }

    /** One of ours that this release takes away: it can give up a port before its end, and a rollback makes it again. */
    private boolean mayGoFirst(Json.Obj service) {
        return state.isOurs(service) && wanted.permits("service/" + SwarmState.key(service));
    }

    private void freePorts() {
        List<String> needed = wanted.services().stream()
                .flatMap(service -> ingress(service.spec()).stream())
                .toList();
        state.services().forEach((name, service) -> {
            boolean inTheWay = wanted.service(name).isEmpty()
                    && mayGoFirst(service)
                    && ingress(service.object("Spec")).stream().anyMatch(needed::contains);
            if (inTheWay) {
                swarm.removeService(service.string("ID"));
                changes.add(new Change(
                        Change.Action.REMOVED, "service/" + SwarmState.key(service), "another one publishes its port"));
            }
        });
    }

    private static List<String> ingress(Json.Obj spec) {
        return Raw.nested(spec, "EndpointSpec").stream()
                .flatMap(endpoint -> Raw.objects(endpoint, "Ports").stream())
                .filter(port -> port.findString("PublishMode").orElse("ingress").equals("ingress"))
                .filter(port -> port.integerOr("PublishedPort", 0) != 0)
                .map(port -> port.integer("PublishedPort") + "/"
                        + port.findString("Protocol").orElse("tcp"))
                .toList();
    }

    /** @param logins what nodes may show to the registry of an image */
    void run(ApplyMode mode, Function<WantedService, Optional<RegistryLogin>> logins) throws IOException {
        for (WantedNetwork network : wanted.networks()) {
            if (!network.external() && !state.networks().containsKey(network.name())) {
                swarm.createNetwork(network.body());
                changes.add(new Change(Change.Action.CREATED, network.object(), "was missing"));
            }
        }
        Map<String, String> ids = new HashMap<>();
        for (FileObject file : wanted.files()) {
            Json.Obj have = state.files(file.kind()).get(file.name());
            if (have == null) {
                ids.put(file.name(), swarm.create(file.kind(), file.body()));
                changes.add(new Change(Change.Action.CREATED, file.object(), "its content is new here"));
            } else {
                ids.put(file.name(), have.string("ID"));
            }
        }
        freePorts();
        for (WantedService service : wanted.services()) {
            try {
                bring(service, mode, ids, logins);
            } catch (EngineException e) {
                throw e.isVerdict() ? new VerdictException(service.object() + ": " + e.getMessage(), e) : e;
            }
        }
    }

    /** The engine refuses a service as it is asked for. */
    static final class VerdictException extends RuntimeException {
        VerdictException(String message, EngineException cause) {
            super(message, cause);
        }
    }

    private void bring(
            WantedService service,
            ApplyMode mode,
            Map<String, String> ids,
            Function<WantedService, Optional<RegistryLogin>> logins) {
        var identity = wanted.deployment().identity();
        Optional<Json.Obj> have = state.service(service.name());
        if (have.isEmpty()) {
            swarm.createService(service.body(identity, state.owner(), ids, 0), logins.apply(service));
            changes.add(new Change(Change.Action.CREATED, service.object(), "was missing"));
            return;
        }
        List<Difference> drifts = differences.of(service, have.get());
        boolean sameSpec = service.digest().equals(SwarmState.labels(have.get()).get(StackLabels.SPEC));
        boolean anew = mode == ApplyMode.ALWAYS;
        if (sameSpec && drifts.isEmpty() && !anew) {
            return;
        }
        update(service, have.get(), anew, ids, logins.apply(service));
        changes.add(new Change(
                anew ? Change.Action.RECREATED : Change.Action.ADJUSTED,
                service.object(),
                drifts.isEmpty() ? "made anew" : drifts.getFirst().field() + " differs"));
    }

    /** The swarm notes its own progress in a service, so a version that was read may be old when it is used: what is wanted stays the same. */
    private void update(
            WantedService service,
            Json.Obj found,
            boolean anew,
            Map<String, String> ids,
            Optional<RegistryLogin> login) {
        Json.Obj have = found;
        for (int tries = 1; ; tries++) {
            long force = SwarmState.template(have).integerOr("ForceUpdate", 0) + (anew ? 1 : 0);
            try {
                swarm.updateService(
                        have.string("ID"),
                        have.object("Version").integer("Index"),
                        service.body(wanted.deployment().identity(), state.owner(), ids, force),
                        login);
                return;
            } catch (EngineException e) {
                if (tries == UPDATE_TRIES || !e.words().contains("out of sequence")) {
                    throw e;
                }
                have = swarm.service(have.string("ID")).orElseThrow(() -> e);
            }
        }
    }

    /** How the services differ, and what of the rest is missing. */
    List<Difference> drifts() {
        List<Difference> drifts = new ArrayList<>();
        for (WantedNetwork network : wanted.networks()) {
            Json.Obj have = state.networks().get(network.name());
            if (have == null && !List.of("host", "none").contains(network.name())) {
                drifts.add(new Difference(network.object(), "state", "present", "missing"));
            }
        }
        for (FileObject file : wanted.files()) {
            if (!state.files(file.kind()).containsKey(file.name())) {
                drifts.add(new Difference(file.object(), "state", "present", "missing"));
            }
        }
        for (WantedService service : wanted.services()) {
            Optional<Json.Obj> have = state.service(service.name());
            if (have.isEmpty()) {
                drifts.add(new Difference(service.object(), "state", "present", "missing"));
                continue;
            }
            List<Difference> ofService = differences.of(service, have.get());
            drifts.addAll(ofService);
            if (ofService.isEmpty()
                    && !service.digest().equals(SwarmState.labels(have.get()).get(StackLabels.SPEC))) {
                drifts.add(new Difference(service.object(), "configuration", "as in the model", "of an earlier model"));
            }
        }
        return drifts;
    }
}
