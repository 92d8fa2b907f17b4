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
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.StackChart;
import io.wherry.hub.resource.Stored;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
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
    /** A repository that is away for a moment delays a release by this at most. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    private static final int AT_A_TIME = 4;

    private final Database database;
    private final BundleStore store;
    private final ChartSource source;
    private final InstantSource clock;
    private final Map<ChartFrom, Failure> failures = new ConcurrentHashMap<>();
    private final ChartPlaces places = new ChartPlaces();
    private final Map<StackId, ChartFrom> asked = new ConcurrentHashMap<>();
    private final Map<StackId, ChartFrom> wanted = new ConcurrentHashMap<>();

    /** What a person wants to be asked for again. */
    private final Set<ChartFrom> again = ConcurrentHashMap.newKeySet();

    private final Map<ChartFrom, Instant> lastAsked = new ConcurrentHashMap<>();
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
    record Here(ChartFrom from, Digest digest, HelmChart.Fetched chart, Optional<String> signer) implements Found {
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

    /** The sources as they stand now, by name. */
    void know(Map<String, Stored<Source>> sources) {
        places.know(sources);
    }

    private static Optional<StackChart> chart(Stack stack) {
        return stack.format() instanceof KubernetesSpec spec ? spec.chartFrom() : Optional.empty();
    }

    private Optional<ChartFrom> from(Stack stack) {
        return chart(stack)
                .flatMap(chart -> places.find(chart) instanceof ChartPlaces.Place.At at
                        ? Optional.of(at.from())
                        : Optional.empty());
    }

    /** Empty for a stack whose chart, if it has one, lies among its files. */
    Optional<Found> find(StackId id, Stack stack) {
        Optional<StackChart> chart = chart(stack);
        if (chart.isEmpty()) {
            forget(id);
        }
        return chart.map(one -> switch (places.find(one)) {
            case ChartPlaces.Place.At(ChartFrom from, boolean suspended) -> find(id, from, suspended);
            case ChartPlaces.Place.Nowhere(String why) -> {
                forget(id);
                yield new Failed(SyncReason.SOURCE_MISSING, why);
            }
        });
    }

    private Found find(StackId id, ChartFrom from, boolean suspended) {
        asked.put(id, from);
        Optional<Here> here = here(from);
        if (here.isPresent() || suspended) {
            wanted.remove(id);
            return here.isPresent() ? here.get() : new Failed(SyncReason.CHART_UNAVAILABLE, suspended(from));
        }
        if (!from.equals(wanted.put(id, from))) {
            whenWanted.run();
        }
        Failure failure = failures.get(from);
        return failure == null ? new NotYet() : failure.what();
    }

    private static String suspended(ChartFrom from) {
        String source = from.place().source().orElseThrow();
        return from + ": was not fetched before its source " + source + " was suspended (wherry source resume " + source
                + ")";
    }

    private Optional<Here> here(ChartFrom from) {
        Optional<Digest> pin = Optional.ofNullable(pins.get(ChartPinRepository.Key.of(from)));
        Optional<String> signer = pin.flatMap(digest -> ChartSignatureRepository.Key.of(from, digest))
                .map(signers::get);
        return pin.filter(_ -> signer.isPresent() || from.keyring().isEmpty()).flatMap(digest -> store.read(digest)
                .map(archive -> new Here(from, digest, new HelmChart.Fetched(from.toString(), archive), signer)));
    }

    /** Fetches what turns miss, without what failed a moment ago. @return the stacks for which there is news */
    Set<StackId> fetchMissing() {
        Instant now = clock.instant();
        Map<StackId, ChartFrom> waiting = Map.copyOf(wanted);
        Set<ChartFrom> anew = Set.copyOf(again);
        again.removeAll(anew);
        List<ChartFrom> due = waiting.values().stream()
                .distinct()
                .filter(from -> anew.contains(from) || isDue(from, now))
                .toList();
        Set<ChartFrom> news = new HashSet<>();
        List<Callable<Boolean>> fetches = new ArrayList<>();
        due.forEach(from -> fetches.add(() -> fetch(from)));
        toCompare(waiting.values(), anew, now).forEach(from -> fetches.add(() -> compare(from)));
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

    private boolean isDue(ChartFrom from, Instant now) {
        Failure failure = failures.get(from);
        return failure == null || !failure.again().isAfter(now);
    }

    /** What is here and a person wants compared, and what was not as it should be when it was compared last. */
    private Set<ChartFrom> toCompare(Collection<ChartFrom> missing, Set<ChartFrom> anew, Instant now) {
        return asked.values().stream()
                .filter(from -> !missing.contains(from)
                        && (anew.contains(from) || (failures.containsKey(from) && isDue(from, now))))
                .collect(Collectors.toSet());
    }

    /** Looks what is there by now; what was fetched first stays. @return false: no stack's matter */
    private boolean compare(ChartFrom from) throws InterruptedException {
        Digest had = from.digest().orElse(pins.get(ChartPinRepository.Key.of(from)));
        try {
            Digest now = Digest.of(get(from).archive());
            if (had == null || had.equals(now)) {
                failures.remove(from);
            } else {
                failed(
                        from,
                        new Failed(SyncReason.CHART_MOVED, moved(from, had, now) + "; what was fetched first stays"));
            }
        } catch (RegistryException e) {
            failed(from, unavailable(e));
        }
        return false;
    }

    private static Failed unavailable(RegistryException e) {
        return new Failed(SyncReason.CHART_UNAVAILABLE, e.getMessage() + " (" + e.hint() + ")");
    }

    /**
     * Has all charts of a source asked for soon: those that are missing, and whether the others are still what they were.
     *
     * @return false if there is no source of charts with that uid
     */
    boolean askAgain(String sourceUid) {
        Optional<String> name = places.name(sourceUid);
        name.ifPresent(source -> {
            again.addAll(of(source));
            whenWanted.run();
        });
        return name.isPresent();
    }

    private Set<ChartFrom> of(String source) {
        return asked.values().stream()
                .filter(from -> from.place().source().filter(source::equals).isPresent())
                .collect(Collectors.toSet());
    }

    /** How a source is doing. */
    SourceCharts of(Source source) {
        Set<ChartFrom> charts = of(source.name());
        return new SourceCharts(
                charts.size(),
                Math.toIntExact(charts.stream()
                        .filter(from -> Optional.ofNullable(pins.get(ChartPinRepository.Key.of(from)))
                                .filter(store::has)
                                .isPresent())
                        .count()),
                charts.stream()
                        .flatMap(from -> Optional.ofNullable(failures.get(from)).stream())
                        .map(failure -> new SourceCharts.Problem(
                                failure.what().reason(), failure.what().detail()))
                        .min(Comparator.comparing(SourceCharts.Problem::detail)),
                charts.stream()
                        .flatMap(from -> Optional.ofNullable(lastAsked.get(from)).stream())
                        .max(Comparator.naturalOrder()));
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
            return failed(from, unavailable(e));
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
        Duration limit = from.place().timeout();
        try {
            lastAsked.put(from, clock.instant());
            return Workers.within(limit, "chart", () -> source.fetch(from));
        } catch (TimeoutException e) {
            throw new RegistryException(
                    from + ": did not come within " + limit.toSeconds() + " s",
                    from.place().source().isPresent()
                            ? "is the line to it too slow? write a longer "
                                    + from.place().field("timeout")
                            : "is the line to it too slow? a source of type helm or oci has a timeout");
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
        Optional<StackChart> chart = chart(stack);
        if (chart.isEmpty()
                || !(places.find(chart.get()) instanceof ChartPlaces.Place.At(ChartFrom from, boolean suspended))) {
            return Optional.empty();
        }
        if (suspended) {
            return Optional.of("not asked anew: source " + from.place().source().orElseThrow() + " is suspended");
        }
        try {
            Optional<Here> here = here(from);
            if (here.isEmpty()) {
                wanted.put(id, from);
                fetch(from);
                return Optional.empty(); // the turn that follows says what came of it
            }
            Digest now = Digest.of(get(from).archive());
            Digest had = here.get().digest();
            return now.equals(had)
                    ? Optional.empty()
                    : Optional.of(SyncReason.CHART_MOVED.code() + ": " + moved(from, had, now)
                            + "; what was fetched first stays");
        } catch (RegistryException e) {
            return Optional.of("not asked anew: " + e.getMessage() + " (" + e.hint() + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("not asked anew: the hub stops");
        }
    }

    void forget(StackId id) {
        asked.remove(id);
        wanted.remove(id);
    }

    /** Forgets the pins, and who signed, that no stack asks for any longer. */
    void keepOnly(Collection<Stack> stacks) {
        Set<ChartFrom> inUse =
                stacks.stream().flatMap(stack -> from(stack).stream()).collect(Collectors.toSet());
        Set<ChartPinRepository.Key> kept =
                inUse.stream().map(ChartPinRepository.Key::of).collect(Collectors.toSet());
        List<ChartPinRepository.Key> gone =
                pins.keySet().stream().filter(key -> !kept.contains(key)).toList();
        List<ChartSignatureRepository.Key> unasked = signers.keySet().stream()
                .filter(key -> inUse.stream()
                        .flatMap(from -> ChartSignatureRepository.Key.of(from, key.archive()).stream())
                        .noneMatch(key::equals))
                .toList();
        database.run(handle -> {
            gone.forEach(key -> ChartPinRepository.delete(handle, key));
            unasked.forEach(key -> ChartSignatureRepository.delete(handle, key));
        });
        gone.forEach(pins::remove);
        unasked.forEach(signers::remove);
        failures.keySet().removeIf(from -> !inUse.contains(from));
        lastAsked.keySet().removeIf(from -> !inUse.contains(from));
    }
}
