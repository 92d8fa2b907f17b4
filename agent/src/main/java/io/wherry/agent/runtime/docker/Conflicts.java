package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.contract.json.Json;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What stands in the way of a plan, found before anything is stopped. Somebody else's port, name or network may go away by itself, so it makes
 * the apply wait and is no verdict on the release; what contradicts itself never will.
 */
final class Conflicts {
    private Conflicts() {}

    /** Networks and volumes: names that are taken, external ones that are missing, volumes whose data would be lost. */
    static Optional<Plan.Blocked> shared(Wanted wanted, Observed observed) {
        for (SharedSpec network : wanted.networks()) {
            Json.Obj found = observed.networks().get(network.name());
            Optional<Plan.Blocked> blocked = shared(network, found, observed);
            if (blocked.isPresent()) {
                return blocked;
            }
            if (found != null
                    && !network.external()
                    && !network.hash().equals(Observed.labels(found).get(Labels.CONFIG_HASH))) {
                Optional<ObservedContainer> guest = observed.containers().stream()
                        .filter(c -> c.networks().contains(network.name()) && !observed.isOurs(c.labels()))
                        .findFirst();
                if (guest.isPresent()) {
                    return waiting(
                            RuntimeReason.NAME_TAKEN,
                            network.object() + " must be made anew, but container "
                                    + guest.get().name() + " of "
                                    + observed.ownerOf(guest.get().labels())
                                    + " is connected to it. Disconnect it: docker network disconnect "
                                    + network.name() + " " + guest.get().name());
                }
            }
        }
        for (SharedSpec volume : wanted.volumes()) {
            Json.Obj found = observed.volumes().get(volume.name());
            Optional<Plan.Blocked> blocked = shared(volume, found, observed);
            if (blocked.isPresent()) {
                return blocked;
            }
            if (found != null
                    && !volume.external()
                    && !volume.hash().equals(Observed.labels(found).get(Labels.CONFIG_HASH))) {
                return Optional.of(new Plan.Blocked(
                        RuntimeReason.DATA_AT_RISK,
                        volume.object()
                                + " is declared otherwise than it was made, and making it anew would lose its data."
                                + " Give it another name in the model, or remove it at the site: docker volume rm "
                                + volume.name(),
                        true));
            }
        }
        return Optional.empty();
    }

    private static Optional<Plan.Blocked> shared(
            SharedSpec spec, Json.@org.jspecify.annotations.Nullable Obj found, Observed observed) {
        String word = spec.kind() == SharedSpec.Kind.NETWORK ? "network" : "volume";
        if (spec.external()) {
            return found != null
                    ? Optional.empty()
                    : waiting(
                            RuntimeReason.EXTERNAL_MISSING,
                            spec.object() + " is external, and the engine has no " + word + " " + spec.name()
                                    + ". Make it: docker " + word + " create " + spec.name());
        }
        if (found == null || observed.isOurs(Observed.labels(found))) {
            return Optional.empty();
        }
        return waiting(
                RuntimeReason.NAME_TAKEN,
                spec.object() + " needs the " + word + " name " + spec.name() + ", which belongs to "
                        + observed.ownerOf(Observed.labels(found)) + ". "
                        + wayOut(spec.kind(), Observed.labels(found), observed));
    }

    private static String wayOut(SharedSpec.Kind kind, Map<String, String> labels, Observed observed) {
        return observed.isOfAnotherAgent(labels)
                ? ifThatAgentLeft(labels)
                : "Remove that " + (kind == SharedSpec.Kind.NETWORK ? "network" : "volume") + ", or declare it external"
                        + orAdopt(labels, observed);
    }

    /** An agent that left, or lost its state, never takes its objects away itself; and a volume of it may hold all that a site has. */
    static String ifThatAgentLeft(Map<String, String> labels) {
        return "If that agent does not work here any more: add " + labels.getOrDefault(Labels.OWNER, "it")
                + " to docker.formerAgents of agent.yaml, start the agent anew, and let the stack take over what runs: adopt: true below spec.compose";
    }

    /** The other way out, where it belongs to the very project that the stack is to have. */
    private static String orAdopt(Map<String, String> labels, Observed observed) {
        return Adopted.isOfPeople(observed.project(), labels)
                ? ", or take over what runs there: adopt: true below spec.compose of the stack"
                : "";
    }

    /** Names and ports of containers that are to be made. */
    static Optional<Plan.Blocked> containers(
            Wanted wanted, Observed observed, List<Step.Make> makes, List<Step> leaving) {
        Optional<Plan.Blocked> contradiction = contradiction(wanted);
        if (contradiction.isPresent()) {
            return contradiction;
        }
        Set<String> going = new HashSet<>();
        leaving.forEach(s -> going.add(((Step.SetAside) s).container().id()));
        makes.forEach(m -> {
            m.setAside().ifPresent(s -> going.add(s.container().id()));
            m.discard().forEach(c -> going.add(c.id()));
        });
        Set<HostPort> ofContainers = new HashSet<>();
        observed.containers().forEach(c -> ofContainers.addAll(c.ports()));
        for (Step.Make make : makes) {
            ContainerSpec spec = make.spec();
            for (ObservedContainer other : observed.containers()) {
                if (going.contains(other.id())) {
                    continue;
                }
                if (other.name().equals(spec.name())) {
                    return waiting(
                            RuntimeReason.NAME_TAKEN,
                            spec.object() + " needs the container name " + spec.name() + ", which belongs to "
                                    + observed.ownerOf(other.labels()) + ". "
                                    + (observed.isOfAnotherAgent(other.labels())
                                            ? ifThatAgentLeft(other.labels())
                                            : "Remove it: docker rm -f " + spec.name()
                                                    + orAdopt(other.labels(), observed)));
                }
                if (other.running() && clash(spec.ports(), other.ports())) {
                    return waiting(
                            RuntimeReason.PORT_TAKEN,
                            spec.object() + " needs port " + common(spec.ports(), other.ports())
                                    + ", which container " + other.name() + " of "
                                    + observed.ownerOf(other.labels()) + " has published"
                                    + (observed.isOfAnotherAgent(other.labels())
                                            ? ". " + ifThatAgentLeft(other.labels())
                                            : orAdopt(other.labels(), observed)));
                }
            }
            for (HostPort port : spec.ports()) {
                if (observed.listening().stream().anyMatch(port::clashes)
                        && ofContainers.stream().noneMatch(port::clashes)) {
                    return waiting(
                            RuntimeReason.PORT_TAKEN,
                            spec.object() + " needs port " + port
                                    + ", on which a process of the host listens. See: ss -lntup");
                }
            }
        }
        return Optional.empty();
    }

    /** Two containers of one model that want the same port or name: no time will ever be right for them. */
    private static Optional<Plan.Blocked> contradiction(Wanted wanted) {
        Map<String, ContainerSpec> names = new HashMap<>();
        for (ContainerSpec spec : wanted.containers()) {
            ContainerSpec same = names.put(spec.name(), spec);
            if (same != null) {
                return Optional.of(new Plan.Blocked(
                        RuntimeReason.MODEL_INVALID,
                        spec.object() + " and " + same.object() + " both want the container name " + spec.name(),
                        true));
            }
            for (ContainerSpec other : wanted.containers()) {
                if (!other.name().equals(spec.name()) && clash(spec.ports(), other.ports())) {
                    return Optional.of(new Plan.Blocked(
                            RuntimeReason.MODEL_INVALID,
                            spec.object() + " and " + other.object() + " both publish port "
                                    + common(spec.ports(), other.ports()),
                            true));
                }
            }
        }
        return Optional.empty();
    }

    static boolean clash(Collection<HostPort> some, Collection<HostPort> others) {
        return some.stream().anyMatch(port -> others.stream().anyMatch(port::clashes));
    }

    private static HostPort common(Collection<HostPort> some, Collection<HostPort> others) {
        return some.stream()
                .filter(port -> others.stream().anyMatch(port::clashes))
                .findFirst()
                .orElseThrow();
    }

    private static Optional<Plan.Blocked> waiting(RuntimeReason reason, String detail) {
        return Optional.of(new Plan.Blocked(reason, detail, false));
    }
}
