package io.wherry.hub.sync;

import io.wherry.contract.StackId;
import io.wherry.hub.sync.Builds.Build;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Has programs of others (kustomize, helm) render what turns miss. Between turns: one that takes all its time delays none but those that wait for the same
 * place. What comes of it lies in {@link BuiltGroups} until a turn takes it. For several threads.
 */
final class Building {
    /** A commit that arrives meanwhile makes one more; beyond that the next turn asks again. */
    private static final int IN_A_ROW = 3;

    private final StackStage stage;
    private final Heads heads;
    private final SyncRecords records;
    private final BuiltGroups built;
    private final Supplier<FleetView> view;
    private final BiConsumer<StackId, Word> bringOn;
    private final Builds builds = new Builds();
    private volatile Runnable whenSomeWait = this::buildWaiting;

    /**
     * @param view    what the resources and agents are now
     * @param bringOn a turn over one stack, with what was built for it
     */
    Building(
            StackStage stage,
            Heads heads,
            SyncRecords records,
            BuiltGroups built,
            Supplier<FleetView> view,
            BiConsumer<StackId, Word> bringOn) {
        this.stage = stage;
        this.heads = heads;
        this.records = records;
        this.built = built;
        this.view = view;
        this.bringOn = bringOn;
    }

    /** What became of a stack. */
    private enum Outcome {
        BUILT,
        /** A program had to be ended, or is not there. */
        UNSETTLED,
        /** It was told; the stack keeps what it has. */
        BROKEN
    }

    /** Runs the task, and not the programs themselves, whenever some wait after a turn. It must not block. */
    void onWait(Runnable task) {
        whenSomeWait = task;
    }

    /** A turn needs the stack built first, and is to come again with this word. */
    void want(StackInput input, Word word) {
        builds.want(new Build(input.id(), input.stack().source().sourceRef(), word));
    }

    /** A turn is over. */
    void turned() {
        if (!builds.isIdle()) {
            whenSomeWait.run();
        }
    }

    /** Builds what waits, and what failed for a while, one stack after the other, and brings each on. Two threads may do that at once. */
    void buildWaiting() {
        Set<StackId> due = built.due();
        if (!due.isEmpty()) {
            view.get().stacks().stream()
                    .filter(input -> due.contains(input.id()))
                    .forEach(input -> want(input, Word.none("rendered")));
        }
        Map<StackId, Integer> tries = new HashMap<>();
        Predicate<StackId> more = stack -> tries.getOrDefault(stack, 0) < IN_A_ROW;
        for (Optional<Build> next = builds.begin(more); next.isPresent(); next = builds.begin(more)) {
            tries.merge(next.get().stack(), 1, Integer::sum);
            build(next.get());
            if (hubStops()) {
                return;
            }
        }
    }

    private void build(Build build) {
        Outcome outcome = Outcome.BROKEN;
        try {
            outcome = build(build.stack());
        } finally {
            builds.ended(build, outcome != Outcome.BUILT);
        }
        if (outcome != Outcome.BROKEN && !hubStops()) { // what was ended for that is no failure
            stage.unsettle(build.stack());
            bringOn.accept(build.stack(), build.word());
        }
    }

    private Outcome build(StackId stack) {
        FleetView now = view.get();
        Optional<StackInput> found =
                now.stacks().stream().filter(input -> input.id().equals(stack)).findFirst();
        if (found.isEmpty()) {
            return Outcome.BUILT;
        }
        try {
            StackStage.Prepared prepared = stage.render(now, found.get(), heads);
            stage.store(List.of(prepared));
            return prepared.content().stream()
                            .flatMap(content -> content.groups().values().stream())
                            .anyMatch(group -> group.readSet().isUnsettled())
                    ? Outcome.UNSETTLED
                    : Outcome.BUILT;
        } catch (RuntimeException e) {
            if (!hubStops()) {
                records.broken(found.get(), e);
            }
            return Outcome.BROKEN;
        }
    }

    /** Builds a stack for a person who waits for it, so that the turn which follows need not. */
    void buildNow(String stack) {
        view.get()
                .find(stack)
                .filter(input -> StackRenderer.isBuilt(input.stack()))
                .ifPresent(input -> build(input.id()));
    }

    /** The same, and what failed before is tried again. */
    void buildAnew(String stack) {
        view.get().find(stack).ifPresent(input -> built.forgetFailures(input.id()));
        buildNow(stack);
    }

    /** Forgets stacks that are no more. */
    void keepOnly(Set<StackId> stacks) {
        builds.keepOnly(stacks);
    }

    /** Its loops are interrupted then, and the programs ended with them. */
    private static boolean hubStops() {
        return Thread.currentThread().isInterrupted();
    }
}
