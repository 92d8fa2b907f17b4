package io.wherry.e2e.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.BundleRef;
import io.wherry.contract.Digest;
import io.wherry.contract.EntryOptions;
import io.wherry.contract.EntryOptions.OnUnhealthy;
import io.wherry.contract.Layer;
import io.wherry.contract.Manifest;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.release.IssuedRelease;
import io.wherry.hub.release.Permit;
import io.wherry.hub.release.ReleaseContent;
import io.wherry.hub.release.Releases;
import io.wherry.hub.rollout.EntryPlanner;
import io.wherry.hub.rollout.EntryRepository;
import io.wherry.hub.rollout.PlacedEntry;
import io.wherry.hub.rollout.PlacedEntry.Place;
import io.wherry.hub.rollout.WantedEntry;
import io.wherry.hub.status.TargetState;
import io.wherry.hub.status.TargetState.Wanted;
import io.wherry.hub.status.TargetStates;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/** What people have the hub do, and what sources bring: releases, good and sick ones, ways back, suspensions, removals, retries. */
final class Operator {
    static final List<StackId> STACKS = List.of(StackId.random(Trust.RANDOM), StackId.random(Trust.RANDOM));

    private static final List<String> SERVICES = List.of("a", "b", "c");
    private static final int FILE_BYTES = 3000;

    private final SimulatedHub hub;
    private final Random random;
    private final Map<Digest, SortedMap<String, String>> contents = new HashMap<>();
    private long revision;

    Operator(SimulatedHub hub, Random random) {
        this.hub = hub;
        this.random = random;
    }

    /** Services and images of a bundle. */
    SortedMap<String, String> content(Digest bundle) {
        SortedMap<String, String> images = contents.get(bundle);
        if (images == null) {
            throw new AssertionError("bundle " + bundle + " was never packed");
        }
        return images;
    }

    /** One of the things that happen in a fleet. */
    void act() {
        StackId stack = STACKS.get(random.nextInt(STACKS.size()));
        int what = random.nextInt(20);
        boolean healthy = random.nextInt(4) > 0;
        hub.act(() -> {
            if (what < 13) {
                release(stack, healthy);
            } else if (what < 15) {
                change(stack, EntryPlanner::again);
            } else if (what < 17) {
                change(stack, has -> has.place() == Place.SUSPENDED ? resumed(has) : suspended(has));
            } else {
                remove(stack);
            }
            if (random.nextInt(3) > 0) {
                hub.life().assignments().issueDue(); // else the loop does it later, or the next hub
            }
        });
    }

    private static PlacedEntry resumed(PlacedEntry has) {
        return EntryPlanner.retune(has, has.options(), false);
    }

    private static PlacedEntry suspended(PlacedEntry has) {
        return EntryPlanner.retune(has, has.options(), true);
    }

    /** Content of few kinds, so that some services stay as they are and old content comes again. */
    private SortedMap<String, String> someContent(boolean healthy) {
        SortedMap<String, String> images = new TreeMap<>();
        for (String service : SERVICES) {
            if (random.nextInt(4) > 0) {
                images.put(service, service + ":" + random.nextInt(3));
            }
        }
        images.put("a", healthy ? "a:" + random.nextInt(3) : ServiceEngine.SICK + random.nextInt(2));
        return images;
    }

    private void release(StackId stack, boolean healthy) {
        SortedMap<String, String> images = someContent(healthy);
        EntryOptions options = options(stack);
        release(
                stack,
                images,
                options,
                images.toString().repeat(FILE_BYTES).substring(0, FILE_BYTES).getBytes(UTF_8));
    }

    /** A good release with this file in it, issued. */
    void release(StackId stack, byte[] file) {
        release(stack, someContent(true), options(stack), file);
        hub.life().assignments().issueDue();
    }

    private void release(StackId stack, SortedMap<String, String> images, EntryOptions options, byte[] file) {
        BundleRef bundle = pack(images, file);
        contents.put(bundle.digest(), images);
        revision++;
        hub.database().run(handle -> place(handle, stack, bundle, options));
    }

    private void place(Handle handle, StackId stack, BundleRef bundle, EntryOptions options) {
        Releases releases = hub.life().releases();
        Optional<PlacedEntry> has = EntryRepository.find(handle, SimulatedHub.AGENT, stack);
        ReleaseContent content = new ReleaseContent(
                stack,
                name(stack),
                bundle,
                new TreeSet<>(List.of("")),
                Optional.empty(),
                List.of(),
                new TreeSet<>(List.of("service/a", "service/b", "service/c")));
        IssuedRelease release = granted(
                releases.propose(handle, content, has.map(PlacedEntry::counter).orElse(0L)));
        put(
                handle,
                EntryPlanner.place(
                        has,
                        new WantedEntry(
                                SimulatedHub.AGENT,
                                stack,
                                name(stack),
                                release.digest(),
                                release.counter(),
                                releases.acceptable(releases.same(handle, content), ""),
                                bundle,
                                new TreeMap<>(),
                                List.of(),
                                options,
                                false,
                                revision)));
    }

    private BundleRef pack(SortedMap<String, String> images, byte[] file) {
        Json.Builder services = Json.object();
        images.forEach((service, image) ->
                services.put(service, Json.object().put("image", image).build()));
        byte[] model = JsonWriter.canonical(
                Json.object().put("services", services.build()).build());
        byte[] manifest = new Manifest(
                        List.of(
                                Layer.compose(Digest.of(model), model.length),
                                Layer.file("app.conf", false, Digest.of(file), file.length)),
                        List.of())
                .toBytes();
        Map<Digest, byte[]> blobs = new LinkedHashMap<>();
        for (byte[] blob : List.of(model, file, manifest)) {
            blobs.put(Digest.of(blob), blob);
        }
        hub.life().bundles().putAll(blobs);
        return new BundleRef(Digest.of(manifest), (long) model.length + file.length + manifest.length);
    }

    private EntryOptions options(StackId stack) {
        return new EntryOptions(
                name(stack),
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                true,
                random.nextInt(5) > 0,
                random.nextInt(8) == 0,
                Duration.ofMinutes(1),
                random.nextInt(4) > 0 ? OnUnhealthy.ROLLBACK : OnUnhealthy.HOLD,
                List.of(),
                Optional.empty(),
                false,
                List.of());
    }

    static String name(StackId stack) {
        return stack.equals(STACKS.getFirst()) ? "shop" : "till";
    }

    private interface Change {
        PlacedEntry of(PlacedEntry has);
    }

    private void change(StackId stack, Change change) {
        hub.database().run(handle -> EntryRepository.find(handle, SimulatedHub.AGENT, stack)
                .ifPresent(has -> {
                    PlacedEntry next = change.of(has);
                    if (!next.equals(has)) {
                        put(handle, next);
                    }
                }));
    }

    private void remove(StackId stack) {
        hub.database().run(handle -> EntryRepository.find(handle, SimulatedHub.AGENT, stack)
                .filter(PlacedEntry::runs)
                .ifPresent(has -> {
                    IssuedRelease tombstone = granted(hub.life()
                            .releases()
                            .tombstone(
                                    handle,
                                    new Releases.Leaving(stack, name(stack), Set.of(SimulatedHub.AGENT)),
                                    new TreeSet<>(List.of("")),
                                    new TreeSet<>(List.of("service/a", "service/b", "service/c")),
                                    false));
                    put(handle, EntryPlanner.remove(has, tombstone.digest(), tombstone.counter()));
                }));
    }

    /** This hub has no approvers. */
    private static IssuedRelease granted(Permit permit) {
        return ((Permit.Granted) permit).release();
    }

    private void put(Handle handle, PlacedEntry entry) {
        EntryRepository.put(handle, List.of(entry), hub.clock().instant());
        TargetStates.want(
                handle,
                entry.agent(),
                entry.stack(),
                entry.name(),
                new Wanted(
                        switch (entry.place()) {
                            case PRESENT -> TargetState.Place.PRESENT;
                            case SUSPENDED -> TargetState.Place.SUSPENDED;
                            case ABSENT, GONE -> TargetState.Place.ABSENT;
                        },
                        entry.generation(),
                        entry.bundle().map(BundleRef::digest),
                        entry.revision(),
                        hub.clock().instant(),
                        false,
                        false,
                        List.of()));
    }

    /** Ends what would never end by itself: suspensions, and releases that are sick. */
    void mendAll() {
        hub.act(() -> {
            for (StackId stack : STACKS) {
                change(stack, Operator::resumed);
                boolean sick = entry(stack)
                        .flatMap(PlacedEntry::bundle)
                        .filter(bundle -> content(bundle.digest()).values().stream()
                                .anyMatch(image -> image.startsWith(ServiceEngine.SICK)))
                        .isPresent();
                if (sick) {
                    release(stack, true);
                }
            }
            hub.life().assignments().issueDue();
        });
    }

    /** A person reads that a good release went back for what happened around it, and asks for it again. */
    void retry(StackId stack) {
        hub.act(() -> {
            change(stack, EntryPlanner::again);
            hub.life().assignments().issueDue();
        });
    }

    Optional<PlacedEntry> entry(StackId stack) {
        return hub.database().read(handle -> EntryRepository.find(handle, SimulatedHub.AGENT, stack));
    }

    Optional<TargetState> target(StackId stack) {
        return hub.database().read(handle -> TargetStates.find(handle, SimulatedHub.AGENT, stack));
    }
}
