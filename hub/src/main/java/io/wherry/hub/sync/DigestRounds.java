package io.wherry.hub.sync;

import io.wherry.base.Workers;
import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import io.wherry.contract.registry.ImageReference;
import io.wherry.contract.registry.RegistryException;
import io.wherry.hub.bundle.RenderGroupRecord;
import io.wherry.hub.registry.ImageDigests;
import io.wherry.hub.sync.DigestBook.Tag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Asks registries for the digests of tags: outside of every turn and transaction, each image once a round however many stacks have it, registries
 * side by side. One that hangs ends a round late, and no later than {@link #REGISTRY_LIMIT}.
 */
final class DigestRounds {
    /** For one image: a manifest of some kilobytes, with a login before it. */
    private static final Duration IMAGE_LIMIT = Duration.ofSeconds(20);

    /** For all images of one registry in one round; whoever asked by {@code stack sync} waits no longer than that. */
    private static final Duration REGISTRY_LIMIT = Duration.ofSeconds(25);

    private static final int REGISTRIES_AT_A_TIME = 16;

    private final ImageDigests registries;
    private final DigestBook book;

    DigestRounds(ImageDigests registries, DigestBook book) {
        this.registries = registries;
        this.book = book;
    }

    /** What a registry said of an image. */
    private sealed interface Answer {
        record Had(Digest digest) implements Answer {}

        /** @param detail image, registry, cause and cure */
        record Failed(String detail) implements Answer {}
    }

    /**
     * What came of asking anew.
     *
     * @param asked  how many images
     * @param moved  one sentence for each tag that means another image by now
     * @param failed one for each that could not be asked; it keeps the digest it has
     */
    record Anew(int asked, List<String> moved, List<String> failed) {}

    /** Asks for what turns miss. @return the stacks for which there is news */
    Set<StackId> missing() {
        Set<Tag> due = book.due();
        Map<String, Answer> answers = ask(images(due));
        Map<Tag, Digest> resolved = new HashMap<>();
        Set<StackId> news = new HashSet<>();
        for (Tag tag : due) {
            switch (answers.get(tag.image())) {
                case Answer.Had(Digest digest) -> resolved.put(tag, digest);
                case Answer.Failed(String detail) -> {
                    if (book.failed(tag, detail)) {
                        news.add(tag.stack());
                    }
                }
                case null -> throw new IllegalStateException("answers: none for " + tag.image());
            }
        }
        if (!resolved.isEmpty()) {
            book.resolved(resolved);
            resolved.keySet().forEach(tag -> news.add(tag.stack()));
        }
        return news;
    }

    /** Asks again for all that a stack has, because a person wants it. */
    Anew anew(StackId stack, Collection<RenderGroupRecord> groups) {
        Set<Tag> tags = DigestBook.tags(stack, groups);
        Map<String, Answer> answers = ask(images(tags));
        Map<Tag, Digest> resolved = new HashMap<>();
        Set<String> moved = new TreeSet<>();
        for (Tag tag : tags) {
            if (answers.get(tag.image()) instanceof Answer.Had(Digest digest)) {
                Optional<Digest> before = book.find(tag);
                if (!before.equals(Optional.of(digest))) {
                    resolved.put(tag, digest);
                    moved.add("image " + tag.image()
                            + before.map(old -> " was " + old + " and").orElse("") + " is " + digest);
                }
            }
        }
        if (!resolved.isEmpty()) {
            book.resolved(resolved);
        }
        List<String> failed = answers.values().stream()
                .flatMap(answer -> answer instanceof Answer.Failed(String detail)
                        ? java.util.stream.Stream.of(detail)
                        : java.util.stream.Stream.empty())
                .distinct()
                .toList();
        return new Anew(answers.size(), List.copyOf(moved), failed);
    }

    private static Set<String> images(Set<Tag> tags) {
        return tags.stream().map(Tag::image).collect(Collectors.toCollection(TreeSet::new));
    }

    private Map<String, Answer> ask(Set<String> images) {
        Map<String, List<String>> byRegistry = new TreeMap<>();
        images.forEach(image -> byRegistry
                .computeIfAbsent(registry(image), key -> new ArrayList<>())
                .add(image));
        List<Callable<Map<String, Answer>>> registriesAsked = new ArrayList<>();
        byRegistry.forEach((registry, its) -> registriesAsked.add(() -> askOne(registry, its)));
        Map<String, Answer> answers = new TreeMap<>();
        Workers.sideBySide(REGISTRIES_AT_A_TIME, "image-digests", registriesAsked)
                .forEach(answers::putAll);
        return answers;
    }

    /** What is no image's name is asked for too: the answer says what is wrong with it. */
    private static String registry(String image) {
        try {
            return ImageReference.parse(image).registry();
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private Map<String, Answer> askOne(String registry, List<String> images) throws InterruptedException {
        long end = System.nanoTime() + REGISTRY_LIMIT.toNanos();
        Map<String, Answer> answers = new HashMap<>();
        for (String image : images) {
            Duration left = Duration.ofNanos(end - System.nanoTime());
            answers.put(
                    image,
                    left.isPositive()
                            ? ask(registry, image, left.compareTo(IMAGE_LIMIT) < 0 ? left : IMAGE_LIMIT)
                            : slow(registry, image));
        }
        return answers;
    }

    private Answer ask(String registry, String image, Duration limit) throws InterruptedException {
        try {
            return new Answer.Had(Workers.within(limit, "image-digest", () -> registries.digest(image)));
        } catch (TimeoutException e) {
            return slow(registry, image);
        } catch (ExecutionException e) {
            return switch (e.getCause()) {
                case RegistryException refused ->
                    failed(registry, image, String.valueOf(refused.getMessage()), refused.hint());
                case null, default ->
                    failed(registry, image, "the connection broke off: " + e.getCause(), "look at the registry's log");
            };
        }
    }

    private static Answer slow(String registry, String image) {
        return failed(
                registry,
                image,
                "does not answer within " + IMAGE_LIMIT.toSeconds() + " s",
                "does it run, and may the hub get there?");
    }

    private static Answer failed(String registry, String image, String cause, String cure) {
        String named = cause.contains(image) ? cause : "image " + image + ": " + cause;
        String where = registry.isEmpty() || named.contains(registry) ? "" : " (registry " + registry + ")";
        return new Answer.Failed(named + where + " (" + cure + ")");
    }
}
