package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.RuntimeReason;
import java.util.Map;
import java.util.Optional;

/** Makes images present, by each service's {@code pull_policy}, before anything is stopped. */
final class Images {
    private Images() {}

    /**
     * @return the image's id
     * @throws ImageException if it is not there and cannot be pulled
     * @throws ModelException if the policy is not known
     */
    static String obtain(DockerApi docker, ComposeService service) {
        String reference = service.image();
        Optional<String> present = docker.imageId(reference);
        return switch (service.pullPolicy()) {
            case "missing", "if_not_present" -> present.orElseGet(() -> pull(docker, service));
            case "always" -> pull(docker, service);
            case "never" -> present.orElseThrow(() -> absent(service, "and pull_policy is never"));
            default ->
                throw ModelException.unsupported("services." + service.name() + ".pull_policy", service.pullPolicy());
        };
    }

    private static String pull(DockerApi docker, ComposeService service) {
        String reference = service.image();
        try {
            docker.pull(reference.contains("@") || tagged(reference) ? reference : reference + ":latest");
        } catch (EngineException e) {
            RuntimeReason reason =
                    switch (e.reason()) {
                        case REGISTRY_BUSY, DISK_FULL -> e.reason();
                        default -> RuntimeReason.IMAGE_UNAVAILABLE;
                    };
            throw new ImageException(
                    reason,
                    "service/" + service.name() + ": image " + reference + " could not be pulled: " + e.words()
                            + ". What runs keeps running. Try by hand: docker pull " + reference);
        }
        return docker.imageId(reference).orElseThrow(() -> absent(service, "although it was pulled"));
    }

    /** Without a tag the engine would pull every tag there is. */
    private static boolean tagged(String reference) {
        return reference.indexOf(':', reference.lastIndexOf('/') + 1) >= 0;
    }

    private static ImageException absent(ComposeService service, String why) {
        return new ImageException(
                RuntimeReason.IMAGE_UNAVAILABLE,
                "service/" + service.name() + ": the engine has no image " + service.image() + ", " + why
                        + ". What runs keeps running");
    }

    /** Staging made them present; one may have been removed since. */
    static void requireAll(Wanted wanted, Map<String, String> imageIds) {
        for (ComposeService service : wanted.model().services().values()) {
            if (service.replicas() > 0 && !imageIds.containsKey(service.image())) {
                throw absent(service, "so nothing was touched");
            }
        }
    }
}
