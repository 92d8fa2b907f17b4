package io.wherry.e2e.simulation;

import io.wherry.agent.reconcile.SimulatedAgent;
import io.wherry.agent.state.StackRecord;
import io.wherry.agent.state.Step;
import io.wherry.contract.BundleRef;
import io.wherry.contract.Entry;
import io.wherry.contract.EntryState;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.Outcome;
import io.wherry.contract.Receipt;
import io.wherry.contract.StackId;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.verify.Floor;
import io.wherry.hub.rollout.Offer;
import io.wherry.hub.rollout.PlacedEntry;
import io.wherry.hub.status.TargetState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What must hold after every event, and what must be reached when nothing goes wrong any more. */
final class Invariants {
    private static final SortedMap<String, String> NOTHING = new TreeMap<>();

    private final SimulatedHub hub;
    private final Operator operator;
    private final ServiceEngine engine;
    /** Stacks from which somebody took something away, until they are whole again. */
    private final Set<StackId> disturbed = new HashSet<>();

    /** What ran of a held generation when something else was begun: a removal does not first bring back what ran before it. */
    private final Map<StackId, SortedMap<String, String>> held = new HashMap<>();

    private @Nullable Floor highest;

    Invariants(SimulatedHub hub, Operator operator, ServiceEngine engine) {
        this.hub = hub;
        this.operator = operator;
        this.engine = engine;
    }

    void disturbed(StackId stack) {
        disturbed.add(stack);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    /** After each turn of a living agent, and first of all when it has read its disk at a start. */
    void check(SimulatedAgent agent) {
        neverBack(agent.state.floor());
        for (StackId stack : Operator.STACKS) {
            neverMixed(stack, agent.journal.find(stack));
        }
    }

    private void neverBack(Floor floor) {
        Floor before = highest;
        if (before != null) {
            require(
                    floor.epoch() > before.epoch()
                            || (floor.epoch() == before.epoch() && floor.sequence() >= before.sequence()),
                    "went back from " + before.epoch() + "/" + before.sequence() + " to " + floor.epoch() + "/"
                            + floor.sequence());
            before.releaseCounters()
                    .forEach((stack, counter) -> require(
                            floor.releaseCounter(stack) >= counter, "release counter of " + stack + " went back"));
            require(!floor.time().isBefore(before.time()) || floor.epoch() > before.epoch(), "time went back");
        }
        floor.digest()
                .ifPresent(digest -> require(
                        hub.issued(floor.epoch(), floor.sequence(), digest),
                        "adopted what was never issued: " + floor.epoch() + "/" + floor.sequence()));
        highest = floor;
    }

    private void neverMixed(StackId stack, Optional<StackRecord> found) {
        SortedMap<String, String> running = engine.running(stack);
        SortedMap<String, String> good = found.flatMap(StackRecord::good)
                .map(known -> content(known.entry()))
                .orElse(NOTHING);
        SortedMap<String, String> work = found.flatMap(record -> record.work().entry())
                .map(this::content)
                .orElse(NOTHING);
        boolean inTheMiddle =
                found.map(StackRecord::step).filter(Step::inTheMiddle).isPresent();
        if (found.filter(record -> record.step() == Step.HELD).isPresent()) {
            held.put(stack, work);
        }
        SortedMap<String, String> left = held.getOrDefault(stack, NOTHING);
        running.forEach((service, image) -> require(
                image.equals(good.get(service))
                        || (inTheMiddle && image.equals(work.get(service)))
                        || image.equals(left.get(service)),
                Operator.name(stack) + " runs " + running + ", which is neither last good " + good + " nor "
                        + (inTheMiddle ? "new " + work : "in work") + ": "
                        + found.map(Invariants::brief).orElse("no record")));
        boolean leaving = found.filter(record -> !inTheMiddle)
                .flatMap(record -> record.work().entry())
                .filter(entry -> entry.state() == Entry.State.ABSENT)
                .isPresent();
        if (running.equals(good)) {
            disturbed.remove(stack);
            held.remove(stack);
        } else if (!inTheMiddle && !leaving) {
            require(
                    disturbed.contains(stack) || held.containsKey(stack),
                    Operator.name(stack) + " is not whole: runs " + running + ", last good " + good + ", "
                            + found.map(Invariants::brief).orElse("no record"));
        }
    }

    private static String brief(StackRecord record) {
        return record.step() + " of "
                + record.work()
                        .entry()
                        .map(e -> e.state() + " " + e.generation())
                        .orElse("nothing") + ", good "
                + record.goodGeneration() + ", " + record.work().note();
    }

    private SortedMap<String, String> content(Entry entry) {
        return entry.bundle().map(BundleRef::digest).map(operator::content).orElse(NOTHING);
    }

    /** What is still missing to the end of all work; empty when there is nothing. */
    Optional<String> missing(SimulatedAgent agent) {
        Floor floor = agent.state.floor();
        Optional<Offer> newest = hub.newest();
        if (newest.isPresent() && !floor.digest().equals(newest.map(Offer::digest))) {
            return Optional.of("the newest assignment, " + newest.get().sequence() + ", is not adopted: "
                    + floor.epoch() + "/" + floor.sequence());
        }
        if (agent.outbox.size() > 0) {
            return Optional.of(agent.outbox.size() + " receipts are not delivered");
        }
        for (StackId stack : Operator.STACKS) {
            Optional<String> missing = missing(stack, agent.journal.find(stack));
            if (missing.isPresent()) {
                return missing;
            }
        }
        return Optional.empty();
    }

    private Optional<String> missing(StackId stack, Optional<StackRecord> record) {
        Optional<PlacedEntry> entry = operator.entry(stack).filter(PlacedEntry::listed);
        SortedMap<String, String> wanted = entry.flatMap(PlacedEntry::bundle)
                .map(bundle -> operator.content(bundle.digest()))
                .orElse(NOTHING);
        String now = Operator.name(stack) + " runs " + engine.running(stack) + ", wanted " + wanted + ", "
                + record.map(Invariants::brief).orElse("no record");
        if (!engine.running(stack).equals(wanted) || !engine.keepsNothingAside(stack)) {
            return Optional.of(now);
        }
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        boolean committed = record.filter(r -> r.step() == Step.COMMITTED)
                .filter(r -> r.goodGeneration() == entry.get().generation())
                .isPresent();
        Optional<EntryState> told = operator.target(stack).flatMap(TargetState::current);
        boolean toldWell = told.map(EntryState::outcome)
                .filter(Set.of(Outcome.APPLIED, Outcome.HEALTHY, Outcome.CORRECTED)::contains)
                .isPresent();
        return committed && toldWell
                ? Optional.empty()
                : Optional.of(now + ", wanted generation " + entry.get().generation() + ", told "
                        + told.map(state -> state.outcome() + " " + state.reason())
                                .orElse("nothing"));
    }

    /** Every receipt that was ever signed came home, was taken and was counted, each once. */
    void everyReceiptCountedOnce(long newest) {
        List<Long> taken = new ArrayList<>();
        List<Long> telling = new ArrayList<>();
        hub.database().read(handle -> handle.createQuery("SELECT counter, envelope FROM receipt ORDER BY counter")
                .map((row, _) -> {
                    taken.add(row.getLong("counter"));
                    if (tellsStates(row.getBytes("envelope"))) {
                        telling.add(row.getLong("counter"));
                    }
                    return 0;
                })
                .list());
        List<Long> all = new ArrayList<>();
        for (long counter = 1; counter <= newest; counter++) {
            all.add(counter);
        }
        require(taken.equals(all), "receipts taken: " + taken + " (expected: each of 1 to " + newest + " once)");
        List<Long> counted = hub.database()
                .read(handle -> handle.createQuery("SELECT counter FROM simulation_counted ORDER BY counter")
                        .mapTo(Long.class)
                        .list());
        require(counted.equals(telling), "receipts counted: " + counted + " (expected: " + telling + ")");
        List<String> alarms = hub.database()
                .read(handle -> handle.createQuery("SELECT reason FROM event WHERE reason LIKE 'Receipt%'")
                        .mapTo(String.class)
                        .list());
        require(alarms.isEmpty(), "the hub doubts receipts: " + alarms);
    }

    private static boolean tellsStates(byte[] envelope) {
        byte[] payload = Envelope.parse(envelope, Limits.RECEIPT_ENVELOPE_BYTES).payload();
        return Receipt.parse(JsonReader.statement(payload, Limits.RECEIPT_BYTES))
                        .body()
                instanceof Receipt.Body.States;
    }
}
