package io.wherry.agent.reconcile;

import io.wherry.agent.state.StackRecord;
import io.wherry.base.Loop;
import io.wherry.contract.Assignment;
import io.wherry.contract.Entry;
import io.wherry.contract.Outcome;
import io.wherry.contract.StackId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** One loop per stack, so that a long health window or a missing image holds back its own stack alone. */
public final class Stacks implements AutoCloseable {
    private final Site site;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Turns turns;
    private final Map<StackId, Running> running = new ConcurrentHashMap<>();

    /** Who gives the stacks their turns: each a loop of its own, or a simulation one after the other. */
    @FunctionalInterface
    interface Turns {
        /**
         * The first turn comes at once.
         *
         * @param rest how long until the next one that nobody asked for; asked for anew after each turn
         */
        Taking begin(String name, Supplier<Duration> rest, Runnable turn);

        /** Turns that are being taken. */
        interface Taking {
            /** Asks for a turn soon. Never blocks. */
            void nudge();

            /** Lets a turn end; none follows. */
            void end();
        }
    }

    private record Looping(Loop loop) implements Turns.Taking {
        static Turns.Taking begin(String name, Supplier<Duration> rest, Runnable turn) {
            return new Looping(Loop.start(name, rest, turn));
        }

        @Override
        public void nudge() {
            loop.nudge();
        }

        @Override
        public void end() {
            loop.close();
        }
    }

    /** Whom a stack lets go on: those that depend on it may begin, or those that it depended on may go. */
    private enum Lets {
        NOBODY,
        BEGIN,
        GO
    }

    /** A converger, its turns, and how long it may rest. */
    private final class Running {
        final StackConverger converger;
        final Turns.Taking taking;
        private volatile Duration rest = Duration.ZERO;
        private Lets lets = Lets.NOBODY;

        Running(StackId stack) {
            this.converger = new StackConverger(stack, site, clock, random);
            this.taking = turns.begin("stack-" + nameOf(stack), () -> rest, this::turn);
        }

        private void turn() {
            rest = converger.turn();
            Lets before = lets;
            lets = lets(converger.stack());
            if (lets != before && lets != Lets.NOBODY) {
                lookAtWhatIsHeld();
            }
        }
    }

    public Stacks(Site site, InstantSource clock, RandomGenerator random) {
        this(site, clock, random, Looping::begin);
    }

    Stacks(Site site, InstantSource clock, RandomGenerator random, Turns turns) {
        this.site = site;
        this.clock = clock;
        this.random = random;
        this.turns = turns;
    }

    /** Makes sure that every stack that is assigned or remembered has its loop, and wakes them all. */
    public synchronized void refresh() {
        for (StackId stack : known()) {
            running.computeIfAbsent(stack, Running::new);
        }
        Set<StackId> known = known();
        for (StackId stack : List.copyOf(running.keySet())) {
            Running one = running.get(stack);
            if (one != null && !known.contains(stack)) {
                running.remove(stack);
                one.taking.end();
            } else if (one != null) {
                one.taking.nudge();
            }
        }
    }

    private Lets lets(StackId stack) {
        Optional<Standing> standing = site.reporter().standing(stack);
        if (standing.filter(Standing::isReady).isPresent()) {
            return Lets.BEGIN;
        }
        return standing.filter(s -> s.outcome() == Outcome.REMOVED).isPresent() ? Lets.GO : Lets.NOBODY;
    }

    /** A stack that does not hear of it in time, being in the middle of its turn, looks by itself soon after. */
    private void lookAtWhatIsHeld() {
        running.values().stream().filter(one -> one.converger.isHeld()).forEach(one -> {
            one.converger.lookAtOnce();
            one.taking.nudge();
        });
    }

    /** All that are assigned or remembered. */
    Set<StackId> known() {
        Set<StackId> known = new LinkedHashSet<>();
        site.state().adopted().map(Assignment::entries).orElse(List.of()).forEach(entry -> known.add(entry.stack()));
        site.journal().all().stream().map(StackRecord::stack).forEach(known::add);
        return known;
    }

    private String nameOf(StackId stack) {
        return site.state()
                .adopted()
                .flatMap(assignment -> assignment.findEntry(stack))
                .map(Entry::name)
                .orElse(stack.value());
    }

    /** Whether any stack is in the middle of something. */
    public boolean isBusy() {
        return running.values().stream().anyMatch(one -> one.converger.isBusy());
    }

    /**
     * Makes stacks look at once.
     *
     * @param name  of one stack; empty: all
     * @param retry lets quarantined generations be tried again
     * @return names of those that were told
     */
    public List<String> hurry(Optional<String> name, boolean retry) {
        List<String> told = new ArrayList<>();
        running.forEach((stack, one) -> {
            String own = nameOf(stack);
            if (name.isEmpty() || name.get().equals(own) || name.get().equals(stack.value())) {
                if (retry) {
                    one.converger.retry();
                } else {
                    one.converger.hurry();
                }
                one.taking.nudge();
                told.add(own);
            }
        });
        return told.stream().sorted().toList();
    }

    /** Lets each turn end, then stops. */
    @Override
    public synchronized void close() {
        running.values().forEach(one -> one.taking.end());
        running.clear();
    }
}
