package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.RuntimeReason;
import java.util.HashMap;
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
        Optional<String> present = CarriedImages.find(docker, reference);
        return switch (service.pullPolicy()) {
            case "missing", "if_not_present" -> present.orElseGet(() -> pull(docker, service));
            case "always" ->
                present.filter(_ -> ImageName.parse(reference).isPinned()).orElseGet(() -> pull(docker, service));
            case "never" -> present.orElseThrow(() -> absent(service, "and pull_policy is never"));
            default ->
                throw ModelException.unsupported("services." + service.name() + ".pull_policy", service.pullPolicy());
        };
    }

    /**
     * The very image that was staged or verified before, pulled once more where it was removed.
     *
     * @throws ImageException if it is gone for good: its tag means another one by now, or it cannot be pulled
     */
    static String keep(DockerApi docker, ComposeService service, String id) {
        if (docker.imageId(id).isPresent()) {
            return id;
        }
        Optional<String> named = CarriedImages.find(docker, service.image());
        if (named.filter(now -> isSame(service, now, id)).isEmpty()
                && !service.pullPolicy().equals("never")) {
            named = Optional.of(pull(docker, service));
        }
        return named.filter(now -> isSame(service, now, id))
                .orElseThrow(() -> new ImageException(
                        RuntimeReason.IMAGE_UNAVAILABLE,
                        "service/" + service.name() + ": the image that ran (" + id
                                + ") is gone from the engine, and " + service.image()
                                + " means another one by now, or none. Load the old one, or release a new generation"));
    }

    /**
     * Before anything is touched: what will be made needs the image it was staged or verified with.
     *
     * @param imageIds what was found already, by reference
     * @return the same, with those that are needed
     */
    static Map<String, String> toMake(DockerApi docker, Wanted wanted, Plan.Steps steps, Map<String, String> imageIds) {
        Map<String, String> ids = new HashMap<>(imageIds);
        for (ComposeService service : steps.made(wanted.model())) {
            wanted.kept(service.image()).ifPresent(id -> ids.put(service.image(), keep(docker, service, id)));
        }
        return ids;
    }

    /** What has a digest for its name is the same content, whatever the engine's store calls it. */
    private static boolean isSame(ComposeService service, String found, String wanted) {
        return found.equals(wanted) || service.image().contains("@");
    }

    private static String pull(DockerApi docker, ComposeService service) {
        String reference = service.image();
        try {
            docker.pull(
                    ImageName.parse(reference).toString()); // without a tag the engine would pull every tag there is
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

    private static ImageException absent(ComposeService service, String why) {
        return new ImageException(
                RuntimeReason.IMAGE_UNAVAILABLE,
                "service/" + service.name() + ": the engine has no image " + service.image() + ", " + why
                        + ". What runs keeps running");
    }

    /** Staging made them present; one may have been removed since. */
    static void requireAll(DockerApi docker, Wanted wanted, Map<String, String> imageIds) {
        for (ComposeService service : wanted.model().services().values()) {
            if (service.replicas() > 0 && !imageIds.containsKey(service.image())) {
                String kept = wanted.kept(service.image()).orElseThrow(() -> absent(service, "so nothing was touched"));
                imageIds.put(service.image(), keep(docker, service, kept));
            }
        }
    }
}
