package io.wherry.agent.runtime.docker;

import io.wherry.contract.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes containers of the images that were decided on, and connects them. */
final class Maker {
    private final DockerApi docker;
    private final Inspections inspections;
    private final Wanted wanted;
    private final Map<String, String> imageIds;

    /** @param imageIds image reference to id, of every image that may be needed */
    Maker(Tools tools, Wanted wanted, Map<String, String> imageIds) {
        this.docker = tools.docker();
        this.inspections = tools.inspections();
        this.wanted = wanted;
        this.imageIds = imageIds;
    }

    /**
     * Creates a container that is not started yet.
     *
     * @param moved anonymous volumes of the one before, which it takes over where it has a place for them
     * @return its id
     */
    String create(ContainerSpec spec, String name, Map<String, String> moved) {
        ComposeService service = wanted.model().service(spec.service());
        List<PlacedFile> files =
                PlacedFile.of(wanted.model(), service); // first: one that cannot be placed leaves nothing
        String image = spec.image();
        Optional<String> named = docker.imageId(image);
        String imageId = Optional.ofNullable(imageIds.get(image))
                .or(() -> named)
                .orElseThrow(() -> new EngineException(404, "No such image: " + image, "create " + spec.name()));
        // By its name as long as that means this image, so that people can read what "docker ps" shows.
        ContainerSpec.Made madeOf =
                new ContainerSpec.Made(imageId, named.filter(imageId::equals).isPresent() ? image : imageId);
        Json.Obj body = spec.body(madeOf, placed(spec, imageId, moved), this::containerOf, docker.speaks());
        Instant before = inspections.now();
        String id = docker.create(name, body, service.platform());
        inspections.made(id, spec, before);
        spec.endpoints().sequencedKeySet().stream()
                .skip(1)
                .forEach(network -> docker.connect(network, id, spec.endpoint(network)));
        if (!files.isEmpty()) {
            docker.place(id, PlacedFile.archive(files));
        }
        return id;
    }

    private Map<String, String> placed(ContainerSpec spec, String imageId, Map<String, String> moved) {
        return moved.isEmpty() ? moved : Mounts.placed(spec.host(), moved, docker.volumesOf(imageId));
    }

    /** Whether a container that was made may still lack what it needs: it gets its name when it is whole, for one that has it is only started. */
    boolean fills(ContainerSpec spec) {
        return PlacedFile.isIn(wanted.model(), wanted.model().service(spec.service()));
    }

    private String containerOf(String service) {
        return docker.containers().stream()
                .filter(c -> c.name()
                        .equals(wanted.find(service, 1).map(ContainerSpec::name).orElse("")))
                .map(ObservedContainer::id)
                .findFirst()
                .orElseThrow(() -> new DependencyException(
                        "service/" + service + " has no container, so nothing of it can be shared"));
    }
}
