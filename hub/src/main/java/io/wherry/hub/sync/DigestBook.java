package io.wherry.hub.sync;

import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import io.wherry.hub.bundle.RenderGroupRecord;
import io.wherry.hub.db.Database;
import io.wherry.hub.sync.TargetContent.Kept;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which digest the tag of an image has for a stack, and why not where none is known. Turns read it and never wait: what they miss is wanted from then
 * on, and {@link DigestRounds} asks for it. For several threads.
 */
final class DigestBook {
    /** A registry that is away for a moment delays a release by this at most. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    /** Images named in one problem. */
    private static final int MAX_NAMED = 20;

    private final Database database;
    private final InstantSource clock;
    private final Map<StackId, Map<Tag, Digest>> known = new ConcurrentHashMap<>();
    private final Map<Tag, Failure> failures = new ConcurrentHashMap<>();
    private final Set<Tag> wanted = ConcurrentHashMap.newKeySet();
    private volatile Runnable whenWanted = () -> {};

    DigestBook(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * An image's tag, asked for once for what the stack reads of its source.
     *
     * @param files names that read set
     * @param image as the Compose model writes it
     */
    record Tag(StackId stack, Digest files, String image) {}

    /** @param again not before then */
    private record Failure(String detail, Duration pause, Instant again) {}

    /** Runs the task whenever a turn misses a digest. It must not block. */
    void onWanted(Runnable task) {
        whenWanted = task;
    }

    /** Image to digest as text; empty where it is not known: it is asked for from now on. */
    SortedMap<String, String> pins(StackId stack, Digest files, Collection<String> images) {
        SortedMap<String, String> pins = new TreeMap<>();
        boolean missing = false;
        for (String image : images) {
            Tag tag = new Tag(stack, files, image);
            Optional<Digest> digest = Optional.ofNullable(known(stack).get(tag));
            missing |= digest.isEmpty() && wanted.add(tag);
            pins.put(image, digest.map(Digest::toString).orElse(""));
        }
        if (missing) {
            whenWanted.run();
        }
        return pins;
    }

    /** Whether the group's images have the digests that it was packed with, or waits for. */
    boolean stillMatch(StackId stack, RenderGroupRecord group) {
        return group.pins().isEmpty()
                || group.pins()
                        .equals(pins(
                                stack, group.readSet().digest(), group.pins().keySet()));
    }

    /** What a target of a group that waits is told. */
    Kept kept(StackId stack, RenderGroupRecord group) {
        Digest files = group.readSet().digest();
        List<String> open = group.pins().entrySet().stream()
                .filter(pin -> pin.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        List<String> failed = open.stream()
                .map(image -> failures.get(new Tag(stack, files, image)))
                .filter(Objects::nonNull)
                .map(Failure::detail)
                .distinct()
                .limit(MAX_NAMED)
                .toList();
        return failed.isEmpty()
                ? new Kept(
                        SyncReason.IMAGE_DIGEST_PENDING,
                        "registries are being asked for the digests of " + String.join(", ", open))
                : new Kept(SyncReason.IMAGE_UNRESOLVED, String.join("\n", failed));
    }

    /** Every tag of these groups, known or not. */
    static Set<Tag> tags(StackId stack, Collection<RenderGroupRecord> groups) {
        Set<Tag> tags = new HashSet<>();
        groups.stream().filter(group -> !group.pins().isEmpty()).forEach(group -> {
            Digest files = group.readSet().digest();
            group.pins().keySet().forEach(image -> tags.add(new Tag(stack, files, image)));
        });
        return tags;
    }

    /** What turns miss, without what failed a moment ago. */
    Set<Tag> due() {
        Instant now = clock.instant();
        Set<Tag> due = new HashSet<>(wanted);
        due.removeIf(tag -> {
            Failure failure = failures.get(tag);
            return failure != null && failure.again().isAfter(now);
        });
        return due;
    }

    Optional<Digest> find(Tag tag) {
        return Optional.ofNullable(known(tag.stack()).get(tag));
    }

    /** Durable when it returns. */
    void resolved(Map<Tag, Digest> digests) {
        Instant now = clock.instant();
        database.run(handle -> digests.forEach((tag, digest) -> ImagePinRepository.put(handle, tag, digest, now)));
        digests.forEach((tag, digest) -> {
            known(tag.stack()).put(tag, digest);
            failures.remove(tag);
            wanted.remove(tag);
        });
    }

    /** @return whether that is another failure than before */
    boolean failed(Tag tag, String detail) {
        Failure before = failures.get(tag);
        Duration doubled = before == null ? FIRST_PAUSE : before.pause().multipliedBy(2);
        Duration pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        failures.put(tag, new Failure(detail, pause, clock.instant().plus(pause)));
        return before == null || !before.detail().equals(detail);
    }

    /** The stack has these groups now: what belongs to other files is forgotten here, as it was in the database. */
    void keepOnly(StackId stack, Set<Digest> files) {
        wanted.removeIf(tag -> tag.stack().equals(stack) && !files.contains(tag.files()));
        failures.keySet().removeIf(tag -> tag.stack().equals(stack) && !files.contains(tag.files()));
        Map<Tag, Digest> pins = known.get(stack);
        if (pins != null) {
            pins.keySet().removeIf(tag -> !files.contains(tag.files()));
        }
    }

    void forget(StackId stack) {
        keepOnly(stack, Set.of());
        known.remove(stack);
    }

    /** Of the groups that pin something. */
    static Set<Digest> files(Collection<RenderGroupRecord> groups) {
        Set<Digest> files = new HashSet<>();
        groups.stream()
                .filter(group -> !group.pins().isEmpty())
                .forEach(group -> files.add(group.readSet().digest()));
        return files;
    }

    /** As parsed, of a group that misses none. */
    static Map<String, Digest> digests(SortedMap<String, String> pins) {
        Map<String, Digest> digests = new HashMap<>();
        pins.forEach((image, digest) -> digests.put(image, Digest.parse(digest)));
        return digests;
    }

    private Map<Tag, Digest> known(StackId stack) {
        return known.computeIfAbsent(
                stack,
                key -> new ConcurrentHashMap<>(database.read(handle -> ImagePinRepository.ofStack(handle, key))));
    }
}
