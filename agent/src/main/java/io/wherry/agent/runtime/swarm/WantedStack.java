package io.wherry.agent.runtime.swarm;

import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.docker.ModelException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Everything a deployment wants of the swarm, built purely from it and from what its images are called. */
record WantedStack(
        Deployment deployment,
        SwarmModel model,
        List<WantedService> services,
        List<WantedNetwork> networks,
        List<FileObject> files) {

    /** What a service's image is called in the swarm. */
    @FunctionalInterface
    interface ImageNames {
        String of(String service, String reference);
    }

    /** @throws ModelException naming what is wrong in the model */
    static WantedStack of(Deployment deployment, String owner, byte[] hashKey, ImageNames images) {
        SwarmModel model = SwarmModel.parse(deployment.model());
        List<FileObject> files = FileObject.of(deployment, model, owner, hashKey);
        Map<String, String> names = new HashMap<>();
        files.forEach(file -> names.put(file.kind().section() + "/" + file.key(), file.name()));
        List<WantedService> services = new ArrayList<>();
        model.services()
                .forEach((key, service) -> services.add(WantedService.of(
                        deployment.identity(), model, key, images.of(key, service.string("image")), names, owner)));
        return new WantedStack(
                deployment, model, services, WantedNetwork.of(deployment.identity(), model, owner), files);
    }

    String project() {
        return deployment.identity().project();
    }

    Optional<WantedService> service(String name) {
        return services.stream().filter(service -> service.name().equals(name)).findFirst();
    }

    boolean hasNetwork(String name) {
        return networks.stream()
                .anyMatch(network -> !network.external() && network.name().equals(name));
    }

    boolean hasFile(FileObject.Kind kind, String name) {
        return files.stream()
                .anyMatch(file -> file.kind() == kind && file.name().equals(name));
    }

    boolean permits(String object) {
        return deployment.deletions().prune() && deployment.deletions().names().contains(object);
    }
}
