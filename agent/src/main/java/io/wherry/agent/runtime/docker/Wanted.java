package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.Deployment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Everything a deployment wants of the engine, built purely from it. */
record Wanted(
        Deployment deployment,
        ComposeModel model,
        List<ContainerSpec> containers,
        List<SharedSpec> networks,
        List<SharedSpec> volumes) {

    /** @throws ModelException naming what is wrong in the model */
    static Wanted of(Deployment deployment, String owner) {
        ComposeModel model = ComposeModel.parse(deployment.model()).with(deployment.secrets());
        return new Wanted(
                deployment,
                model,
                ContainerSpec.all(deployment, model, owner),
                SharedSpec.networks(deployment, model, owner),
                SharedSpec.volumes(deployment, model, owner));
    }

    String project() {
        return deployment.identity().project();
    }

    long generation() {
        return deployment.identity().generation();
    }

    Optional<ContainerSpec> find(String service, int number) {
        return containers.stream()
                .filter(c -> c.service().equals(service) && c.number() == number)
                .findFirst();
    }

    /** The image that a reference stands for in this deployment; empty where that was not decided yet. */
    Optional<String> kept(String reference) {
        return Optional.ofNullable(kept().get(reference));
    }

    private Map<String, String> kept() {
        Map<String, String> kept = new TreeMap<>();
        model.services().values().forEach(service -> {
            String id = deployment.images().getOrDefault(service.name(), "");
            if (!id.isEmpty()) {
                kept.put(service.image(), id);
            }
        });
        return kept;
    }

    /** Reference to image id where a container of another image is wrong. A digest is the same content by its name, whatever id a store gives it. */
    Map<String, String> keptTags() {
        Map<String, String> tags = kept();
        tags.keySet().removeIf(reference -> reference.contains("@"));
        return tags;
    }

    /** Whether a container is what this deployment says, as far as its making goes. */
    boolean isMet(ContainerSpec spec, ObservedContainer have) {
        return spec.hash().equals(have.label(Labels.CONFIG_HASH))
                && have.runs(keptTags().getOrDefault(spec.image(), have.imageId()));
    }

    boolean publishesPorts() {
        return containers.stream().anyMatch(c -> !c.ports().isEmpty());
    }

    /** Whether any network says which addresses it has. */
    boolean saysAddresses() {
        return networks.stream().anyMatch(network -> network.body().find("IPAM").isPresent());
    }

    boolean permits(String object) {
        return deployment.deletions().prune() && deployment.deletions().names().contains(object);
    }
}
