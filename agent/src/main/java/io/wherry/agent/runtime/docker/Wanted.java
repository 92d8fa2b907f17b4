package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.Deployment;
import java.util.List;
import java.util.Optional;

/** Everything a deployment wants of the engine, built purely from it. */
record Wanted(
        Deployment deployment,
        ComposeModel model,
        List<ContainerSpec> containers,
        List<SharedSpec> networks,
        List<SharedSpec> volumes) {

    /** @throws ModelException naming what is wrong in the model */
    static Wanted of(Deployment deployment, String owner) {
        ComposeModel model = ComposeModel.parse(deployment.model());
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

    boolean publishesPorts() {
        return containers.stream().anyMatch(c -> !c.ports().isEmpty());
    }

    boolean permits(String object) {
        return deployment.deletions().prune() && deployment.deletions().names().contains(object);
    }
}
