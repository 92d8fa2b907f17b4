package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.BroughtImage;
import io.wherry.agent.runtime.ImageLedger;
import io.wherry.contract.StackId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Takes old images away: those that this agent brought, that are beyond the site's rule, and that nobody needs.
 *
 * <p>Without force, so the engine has the last word: what a container or another image needs it refuses, and that is tried again. Every step may be
 * repeated: an image is forgotten only when it is gone, or not ours alone.
 */
final class ImageCollector {
    /** A pull has ended by then, so what is on its way for longer belongs to an agent that died. */
    private static final Duration ON_ITS_WAY = DockerApi.PULL_LIMIT.plusHours(1);

    private final DockerApi docker;
    private final ImageLedger ledger;
    private final Pulling.Keep keep;
    private final InstantSource clock;
    private final List<String> gone = new ArrayList<>();

    ImageCollector(DockerApi docker, Pulling pulling, InstantSource clock) {
        this.docker = docker;
        this.ledger = pulling.ledger();
        this.keep = pulling.keep();
        this.clock = clock;
    }

    /**
     * @param needed ids that must stay whatever else
     * @param stacks that are still here
     * @return names of what went
     */
    List<String> collect(Set<String> needed, Set<StackId> stacks) {
        settle();
        Set<String> expired = ids(expired(stacks));
        if (expired.isEmpty()) {
            return List.of();
        }
        Set<String> staying = new HashSet<>(needed);
        docker.containers().forEach(container -> staying.add(container.imageId()));
        for (String id : expired) {
            // Asked anew: a stack may have been staged with it a moment ago.
            List<BroughtImage> all =
                    ledger.all().stream().filter(image -> image.id().equals(id)).toList();
            if (!staying.contains(id) && expired(stacks).containsAll(all)) {
                take(id, all);
            }
        }
        return List.copyOf(gone);
    }

    /** What was on its way when an agent died: there, so it was brought; or not. */
    private void settle() {
        Instant before = clock.instant().minus(ON_ITS_WAY);
        for (BroughtImage image : ledger.all()) {
            if (image.id().isEmpty() && image.usedAt().isBefore(before)) {
                docker.imageId(image.name())
                        .filter(id -> !id.equals(image.before()))
                        .ifPresent(id -> ledger.put(image.as(id, image.usedAt())));
                ledger.remove(image);
            }
        }
    }

    private List<BroughtImage> expired(Set<StackId> stacks) {
        Instant before = clock.instant().minus(keep.age());
        Map<String, Integer> newer = new HashMap<>();
        List<BroughtImage> expired = new ArrayList<>();
        List<BroughtImage> newestFirst = ledger.all().stream()
                .filter(image -> !image.id().isEmpty())
                .sorted(Comparator.comparing(BroughtImage::usedAt).reversed())
                .toList();
        for (BroughtImage image : newestFirst) {
            boolean counts = image.stack().filter(stacks::contains).isPresent();
            String group = image.stack() + " " + ImageName.parse(image.name()).repository();
            int rank = newer.merge(group, 1, Integer::sum);
            if ((!counts || rank > keep.count()) && !image.usedAt().isAfter(before)) {
                expired.add(image);
            }
        }
        return expired;
    }

    private static Set<String> ids(List<BroughtImage> images) {
        Set<String> ids = new TreeSet<>();
        images.forEach(image -> ids.add(image.id()));
        return ids;
    }

    /** @param ours all that is noted of it */
    private void take(String id, List<BroughtImage> ours) {
        List<ImageName> names =
                docker.imageNames(id).stream().map(ImageName::parse).toList();
        boolean alone = names.stream().allMatch(name -> isOurs(name, ours));
        try {
            names.stream()
                    .filter(name -> alone ? isInTheWay(name, names) : !name.isPinned() && isOurs(name, ours))
                    .forEach(name -> docker.untag(name.toString()));
            if (alone) {
                docker.removeImage(id);
                ours.forEach(image -> gone.add(image.name() + " (" + id + ")"));
            }
        } catch (EngineException e) {
            if (!e.conflict()) {
                throw e;
            }
            return; // somebody needs it: a container that was made meanwhile, an image that was built on it
        }
        ours.forEach(ledger::remove);
    }

    /** By its tag, or by a digest of the place it came from: the engine adds one to each tag that it pulls. */
    private static boolean isOurs(ImageName name, List<BroughtImage> ours) {
        return ours.stream()
                .map(image -> ImageName.parse(image.name()))
                .anyMatch(own -> name.isPinned() ? own.isOfPlace(name) : own.isSameAs(name));
    }

    /** An engine removes by its id what has one tag at most, and digests of one place. */
    private static boolean isInTheWay(ImageName name, List<ImageName> all) {
        ImageName last = all.stream().filter(one -> !one.isPinned()).findFirst().orElse(all.getFirst());
        return name.isPinned() ? !name.isOfPlace(last) : !name.equals(last);
    }
}
