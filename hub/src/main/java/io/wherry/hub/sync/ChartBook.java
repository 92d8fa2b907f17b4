package io.wherry.hub.sync;

import io.wherry.base.Workers;
import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import io.wherry.contract.registry.RegistryException;
import io.wherry.hub.bundle.BundleStore;
import io.wherry.hub.db.Database;
import io.wherry.hub.registry.ChartProvenance;
import io.wherry.hub.registry.ChartSource;
import io.wherry.hub.render.kubernetes.HelmChart;
import io.wherry.hub.resource.ChartFrom;
import io.wherry.hub.resource.KubernetesSpec;
import io.wherry.hub.resource.Stack;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * The charts that stacks take from elsewhere. Turns read it and never wait: what they miss is wanted from then on, and fetched between turns. A version is
 * fetched once; if it is another archive there later, that is told and not taken. One that must be signed is judged when it is fetched. For several threads.
 */
final class ChartBook {
    /** For one chart, its index included. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** A repository that is away for a moment delays a release by this at most. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    private static final int AT_A_TIME = 4;

    private final Database database;
    private final BundleStore store;
    private final ChartSource source;
    private final InstantSource clock;
    private final Map<ChartFrom, Failure> failures = new ConcurrentHashMap<>();
    private final Map<StackId, ChartFrom> wanted = new ConcurrentHashMap<>();
    private final Map<ChartPinRepository.Key, Digest> pins;
    private final Map<ChartSignatureRepository.Key, String> signers;
    private volatile Runnable whenWanted = () -> {};

    ChartBook(FleetStores stores, InstantSource clock) {
        this.database = stores.database();
        this.store = stores.bundles();
        this.source = stores.charts();
        this.clock = clock;
        this.pins = new ConcurrentHashMap<>(database.read(ChartPinRepository::all));
        this.signers = new ConcurrentHashMap<>(database.read(ChartSignatureRepository::all));
    }

    /** What is known of a stack's chart. */
    sealed interface Found {}

    /** @param signer who signed it, of a chart that must be signed */
    record Here(Digest digest, HelmChart.Fetched chart, Optional<String> signer) implements Found {
        /** For a person. */
        @Override
        public String toString() {
            return chart.name() + ": " + digest
                    + signer.map(who -> ", signed by " + who).orElse("");
        }
    }

    /** It is being fetched. */
    record NotYet() implements Found {}

    /** @param detail for a person: what, where, why, and what would mend it */
    record Failed(SyncReason reason, String detail) implements Found {}

    /** @param again not before then */
    private record Failure(Failed what, Duration pause, Instant again) {}

    /** Runs the task whenever a turn misses a chart. It must not block. */
    void onWanted(Runnable task) {
        whenWanted = task;
    }

    private static Optional<ChartFrom> from(Stack stack) {
        return stack.format() instanceof KubernetesSpec spec ? spec.chartFrom() : Optional.empty();
    }

    /** Empty for a stack whose chart, if it has one, lies among its files. */
    Optional<Found> find(StackId id, Stack stack) {
        Optional<ChartFrom> from = from(stack);
        if (from.isEmpty()) {
            wanted.remove(id);
        }
        return from.map(one -> {
            Optional<Here> here = here(one);
            if (here.isPresent()) {
                wanted.remove(id);
                return here.get();
            }
            if (!one.equals(wanted.put(id, one))) {
                whenWanted.run();
            }
            Failure failure = failures.get(one);
            return failure == null ? new NotYet() : failure.what();
        });
    }

    private Optional<Here> here(ChartFrom from) {
        Optional<Digest> pin = Optional.ofNullable(pins.get(ChartPinRepository.Key.of(from)));
        Optional<String> signer = pin.flatMap(digest -> ChartSignatureRepository.Key.of(from, digest))
                .map(signers::get);
        return pin.filter(_ -> signer.isPresent() || from.keyring().isEmpty()).flatMap(digest -> store.read(digest)
                .map(archive -> new Here(digest, new HelmChart.Fetched(from.toString(), archive), signer)));
    }

    /** Fetches what turns miss, without what failed a moment ago. @return the stacks for which there is news */
    Set<StackId> fetchMissing() {
        Instant now = clock.instant();
        Map<StackId, ChartFrom> waiting = Map.copyOf(wanted);
        List<ChartFrom> due = waiting.values().stream()
                .distinct()
                .filter(from -> {
                    Failure failure = failures.get(from);
                    return failure == null || !failure.again().isAfter(now);
                })
                .toList();
        Set<ChartFrom> news = new HashSet<>();
        List<Callable<Boolean>> fetches = new ArrayList<>();
        due.forEach(from -> fetches.add(() -> fetch(from)));
        List<Boolean> changed = Workers.sideBySide(AT_A_TIME, "charts", fetches);
        for (int i = 0; i < due.size(); i++) {
            if (changed.get(i)) {
                news.add(due.get(i));
            }
        }
        return waiting.entrySet().stream()
                .filter(one -> news.contains(one.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** @return whether there is news of it */
    private boolean fetch(ChartFrom from) throws InterruptedException {
        try {
            ChartSource.Chart chart = get(from);
            Digest digest = Digest.of(chart.archive());
            Optional<Digest> before =
                    from.digest().or(() -> Optional.ofNullable(pins.get(ChartPinRepository.Key.of(from))));
            if (before.isPresent() && !before.get().equals(digest)) {
                return failed(from, new Failed(SyncReason.CHART_MOVED, moved(from, before.get(), digest)));
            }
            Optional<Failed> unsigned = verify(from, chart);
            if (unsigned.isPresent()) {
                return failed(from, unsigned.get());
            }
            store.putAll(Map.of(digest, chart.archive())); // on the disk before anything names it
            database.run(
                    handle -> ChartPinRepository.put(handle, ChartPinRepository.Key.of(from), digest, clock.instant()));
            pins.put(ChartPinRepository.Key.of(from), digest);
            failures.remove(from);
            return true;
        } catch (RegistryException e) {
            return failed(from, new Failed(SyncReason.CHART_UNAVAILABLE, e.getMessage() + " (" + e.hint() + ")"));
        }
    }

    /** Notes whose signature it has. @return why it has none that counts, if it must have one */
    private Optional<Failed> verify(ChartFrom from, ChartSource.Chart chart) {
        Optional<ChartSignatureRepository.Key> key = ChartSignatureRepository.Key.of(from, Digest.of(chart.archive()));
        if (key.isEmpty()) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        try {
            String signer = ChartProvenance.signer(from, from.keyring().orElseThrow(), chart, now);
            database.run(handle -> ChartSignatureRepository.put(handle, key.get(), signer, now));
            signers.put(key.get(), signer);
            return Optional.empty();
        } catch (RegistryException e) {
            return Optional.of(new Failed(SyncReason.CHART_UNVERIFIED, e.getMessage() + " (" + e.hint() + ")"));
        }
    }

    private ChartSource.Chart get(ChartFrom from) throws RegistryException, InterruptedException {
        try {
            return Workers.within(LIMIT, "chart", () -> source.fetch(from));
        } catch (TimeoutException e) {
            throw new RegistryException(
                    from + ": did not come within " + LIMIT.toSeconds() + " s", "is the line to it too slow?");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RegistryException refused) {
                throw refused;
            }
            throw new RegistryException(from + ": the connection broke off: " + e.getCause(), "try again");
        }
    }

    private static String moved(ChartFrom from, Digest before, Digest now) {
        return from + " is " + now + " there, and "
                + (from.digest().isPresent() ? "the stack names " : "was ") + before
                + " (if its owner meant to replace it: write helm.chartFrom.digest: " + now + ")";
    }

    private boolean failed(ChartFrom from, Failed what) {
        Failure before = failures.get(from);
        Duration doubled = before == null ? FIRST_PAUSE : before.pause().multipliedBy(2);
        Duration pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        failures.put(from, new Failure(what, pause, clock.instant().plus(pause)));
        return before == null || !before.what().equals(what);
    }

    /**
     * Asks at once, because a person wants it: fetches what is not here, and compares what is.
     *
     * @return for the person: that it is another one there by now, or could not be asked for; the one that is here stays
     */
    Optional<String> ask(StackId id, Stack stack) {
        Optional<ChartFrom> from = from(stack);
        if (from.isEmpty()) {
            return Optional.empty();
        }
        try {
            Optional<Here> here = here(from.get());
            if (here.isEmpty()) {
                wanted.put(id, from.get());
                fetch(from.get());
                return Optional.empty(); // the turn that follows says what came of it
            }
            Digest now = Digest.of(get(from.get()).archive());
            Digest had = here.get().digest();
            return now.equals(had)
                    ? Optional.empty()
                    : Optional.of(SyncReason.CHART_MOVED.code() + ": " + moved(from.get(), had, now)
                            + "; what was fetched first stays");
        } catch (RegistryException e) {
            return Optional.of("not asked anew: " + e.getMessage() + " (" + e.hint() + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("not asked anew: the hub stops");
        }
    }

    void forget(StackId id) {
        wanted.remove(id);
    }

    /** Forgets the pins, and who signed, that no stack asks for any longer. */
    void keepOnly(Collection<Stack> stacks) {
        Set<ChartFrom> asked =
                stacks.stream().flatMap(stack -> from(stack).stream()).collect(Collectors.toSet());
        Set<ChartPinRepository.Key> kept =
                asked.stream().map(ChartPinRepository.Key::of).collect(Collectors.toSet());
        List<ChartPinRepository.Key> gone =
                pins.keySet().stream().filter(key -> !kept.contains(key)).toList();
        List<ChartSignatureRepository.Key> unasked = signers.keySet().stream()
                .filter(key -> asked.stream()
                        .flatMap(from -> ChartSignatureRepository.Key.of(from, key.archive()).stream())
                        .noneMatch(key::equals))
                .toList();
        database.run(handle -> {
            gone.forEach(key -> ChartPinRepository.delete(handle, key));
            unasked.forEach(key -> ChartSignatureRepository.delete(handle, key));
        });
        gone.forEach(pins::remove);
        unasked.forEach(signers::remove);
        failures.keySet().removeIf(from -> !asked.contains(from));
    }
}
