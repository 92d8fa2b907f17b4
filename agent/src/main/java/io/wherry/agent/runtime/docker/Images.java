package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.BroughtImage;
import io.wherry.agent.runtime.ImageLedger;
import io.wherry.agent.runtime.RegistryLogins;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.contract.PullAge;
import io.wherry.contract.RegistryLogin;
import io.wherry.contract.StackId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes images present, by each service's {@code pull_policy}, before anything is stopped. */
final class Images {
    private final DockerApi docker;
    private final RegistryMirrors mirrors;
    private final RegistryLogins logins;
    private final ImageLedger ledger;
    private final StackId stack;
    private final InstantSource clock;

    /** @param stack for which it pulls: logins are a stack's */
    Images(DockerApi docker, Pulling pulling, StackId stack, InstantSource clock) {
        this.docker = docker;
        this.mirrors = pulling.mirrors();
        this.logins = pulling.logins();
        this.ledger = pulling.ledger();
        this.stack = stack;
        this.clock = clock;
    }

    /** Notes that a generation is staged with an image, if this agent brought it: it counts as new again. */
    void noteUsed(String id) {
        Instant now = clock.instant();
        List<BroughtImage> brought =
                ledger.all().stream().filter(image -> image.id().equals(id)).toList();
        for (BroughtImage image : brought) {
            BroughtImage used = image.usedBy(stack, now);
            boolean known = brought.stream()
                    .anyMatch(one -> one.isSameAs(used) && one.usedAt().equals(now));
            if (!known) {
                ledger.put(used);
            }
            if (image.stack().isEmpty()) {
                ledger.remove(image); // it has its stack now
            }
        }
    }

    /**
     * @return the image's id
     * @throws ImageException if it is not there and cannot be pulled
     * @throws ModelException if the policy is not known
     */
    String obtain(ComposeService service) {
        String reference = service.image();
        Optional<String> present = CarriedImages.find(docker, reference).filter(id -> fits(service, id));
        return switch (service.pullPolicy()) {
            case "missing", "if_not_present", "refresh" -> present.orElseGet(() -> pull(service));
            case "always" ->
                present.filter(_ -> ImageName.parse(reference).isPinned()).orElseGet(() -> pull(service));
            case "never" -> present.orElseThrow(() -> absent(service, "and pull_policy is never"));
            default -> {
                Duration age = PullAge.of(service.pullPolicy())
                        .orElseThrow(() -> ModelException.unsupported(
                                "services." + service.name() + ".pull_policy", service.pullPolicy()));
                yield present.filter(_ -> ImageName.parse(reference).isPinned() || isYounger(reference, age))
                        .orElseGet(() -> pull(service));
            }
        };
    }

    /** As Compose sees it: some engines note the time of a tag, but not of a pull, and then the registry is asked. */
    private boolean isYounger(String reference, Duration age) {
        return docker.taggedAt(reference)
                .filter(tagged -> !clock.instant().isAfter(tagged.plus(age)))
                .isPresent();
    }

    /**
     * The very image that was staged or verified before, pulled once more where it was removed.
     *
     * @throws ImageException if it is gone for good: its tag means another one by now, or it cannot be pulled
     */
    String keep(ComposeService service, String id) {
        if (docker.imageId(id).isPresent()) {
            return id;
        }
        Optional<String> named = CarriedImages.find(docker, service.image());
        if (named.filter(now -> isSame(service, now, id)).isEmpty()
                && !service.pullPolicy().equals("never")) {
            named = Optional.of(pull(service));
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
    Map<String, String> toMake(Wanted wanted, Plan.Steps steps, Map<String, String> imageIds) {
        Map<String, String> ids = new HashMap<>(imageIds);
        for (ComposeService service : steps.made(wanted.model())) {
            wanted.kept(service.image()).ifPresent(id -> ids.put(service.image(), keep(service, id)));
        }
        return ids;
    }

    /** What has a digest for its name is the same content, whatever the engine's store calls it. */
    private static boolean isSame(ComposeService service, String found, String wanted) {
        return found.equals(wanted) || service.image().contains("@");
    }

    private String pull(ComposeService service) {
        ImageName declared = ImageName.parse(service.image());
        Optional<ImageName> mirror = mirrors.of(declared);
        ImageName from = mirror.orElse(declared);
        Optional<RegistryLogin> login = login(service, from);
        PullRoom room =
                new PullRoom("service/" + service.name() + ": image " + service.image(), EngineDisk.of(docker.info()));
        room.requireMargin();
        String name = mirror.map(_ -> CarriedImages.tag(service.image()))
                .orElse(declared)
                .toString();
        BroughtImage brought = new BroughtImage(
                Optional.of(stack), name, "", docker.imageId(name).orElse(""), clock.instant());
        ledger.put(brought); // first: what comes although we died meanwhile is ours to take away
        try {
            // without a tag the engine would pull every tag there is
            docker.pull(from.toString(), service.platform(), login, room);
            mirror.ifPresent(elsewhere -> rename(service, declared, elsewhere));
        } catch (ImageException e) {
            ledger.remove(brought);
            throw e;
        } catch (EngineException e) {
            ledger.remove(brought);
            RuntimeReason reason =
                    switch (e.reason()) {
                        case REGISTRY_BUSY, DISK_FULL -> e.reason();
                        default -> RuntimeReason.IMAGE_UNAVAILABLE;
                    };
            String by = mirror.map(
                            elsewhere -> " from " + elsewhere + " (registryMirror of " + declared.registry() + ")")
                    .orElse("");
            throw new ImageException(
                    reason,
                    "service/" + service.name() + ": image " + service.image() + " could not be pulled" + by + ": "
                            + e.words() + ". What runs keeps running. "
                            + (reason == RuntimeReason.DISK_FULL ? room.cure() : "Try by hand: docker pull " + from));
        }
        String id = CarriedImages.find(docker, service.image())
                .orElseThrow(() -> absent(service, "although it was pulled"));
        if (!id.equals(brought.before())) {
            ledger.put(brought.as(id, clock.instant()));
        }
        ledger.remove(brought);
        if (!fits(service, id)) {
            throw absent(service, "of platform " + service.platform());
        }
        return id;
    }

    /** Only where the file names a platform: an engine keeps one image under one name. */
    private boolean fits(ComposeService service, String id) {
        return service.platform().isEmpty()
                || docker.platformOf(id)
                        .filter(has -> fits(service.platform(), has))
                        .isPresent();
    }

    /** A variant counts where both sides name one. */
    static boolean fits(String wanted, String has) {
        String[] want = wanted.split("/", -1);
        String[] have = has.split("/", -1);
        return want[0].equals(have[0])
                && want.length > 1
                && have.length > 1
                && want[1].equals(have[1])
                && (want.length < 3 || have.length < 3 || want[2].equals(have[2]));
    }

    /** What a service mounts is obtained as its own image is. */
    void obtainMounted(ComposeService service) {
        service.mountedImages().forEach(reference -> obtain(service.ofImage(reference)));
    }

    private Optional<RegistryLogin> login(ComposeService service, ImageName from) {
        try {
            return logins.find(stack, from.registry());
        } catch (RuntimeUnavailable e) {
            throw new ImageException(
                    e.reason(),
                    "service/" + service.name() + ": image " + service.image() + " was not pulled: " + e.getMessage());
        }
    }

    /** What came from a mirror is called what the stack calls it, and by nothing else: an engine knows a registry's digest only of what came from there. */
    private void rename(ComposeService service, ImageName declared, ImageName mirror) {
        String pulled = mirror.toString();
        String id = docker.imageId(pulled).orElseThrow(() -> absent(service, "although it was pulled from " + pulled));
        if (mirror.isPinned() && !docker.repositoryDigests(pulled).contains(pulled)) {
            throw new ImageException(
                    RuntimeReason.IMAGE_UNAVAILABLE,
                    "service/" + service.name() + ": the mirror gave another image than " + service.image()
                            + "; look at registryMirror of " + declared.registry() + ". What runs keeps running");
        }
        docker.tag(id, CarriedImages.tag(service.image()));
        docker.untag(pulled);
    }

    private static ImageException absent(ComposeService service, String why) {
        return new ImageException(
                RuntimeReason.IMAGE_UNAVAILABLE,
                "service/" + service.name() + ": the engine has no image " + service.image() + ", " + why
                        + ". What runs keeps running");
    }

    /** Staging made them present; one may have been removed since. */
    void requireAll(Wanted wanted, Map<String, String> imageIds) {
        for (ComposeService service : wanted.model().services().values()) {
            if (service.replicas() > 0 && !imageIds.containsKey(service.image())) {
                String kept = wanted.kept(service.image()).orElseThrow(() -> absent(service, "so nothing was touched"));
                imageIds.put(service.image(), keep(service, kept));
            }
        }
    }
}
