package io.wherry.hub.rollout;

import static io.wherry.hub.rollout.TestRollouts.NOON;
import static io.wherry.hub.rollout.TestRollouts.SOAK;
import static io.wherry.hub.rollout.TestRollouts.id;
import static io.wherry.hub.rollout.TestRollouts.wave;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.hub.resource.Wave;
import io.wherry.hub.rollout.Rollout.State;
import io.wherry.hub.rollout.TargetSight.Progress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What comes next in a rollout. */
class RolloutStepTest {
    private static final List<Wave> CANARY_AND_FEW = List.of(wave("canary", 1, false), wave("few", 2, false));
    private static final Instant SOAKED = NOON.plus(SOAK);

    private final Rollout begun = TestRollouts.begin(TestRollouts.policy(CANARY_AND_FEW));

    @Test
    void theFirstWaveIsOfferedAndNoOther() {
        RolloutStep step = RolloutStep.of(begun, targets("0q 1q 1q 2q 2q"), NOON);

        assertThat(step.rollout().wave()).isZero();
        assertThat(step.rollout().state()).isEqualTo(State.RUNNING);
        assertThat(step.offer()).containsExactly(id("t0"));
    }

    @Test
    void aWaveThatCameToItsEndIsWatchedAndThenTheNextBegins() {
        Rollout first = RolloutStep.of(begun, targets("0q 1q 1q 2q"), NOON).rollout();

        RolloutStep soaking = RolloutStep.of(first, targets("0s 1q 1q 2q"), NOON);
        RolloutStep still = RolloutStep.of(soaking.rollout(), targets("0s 1q 1q 2q"), SOAKED.minusMillis(1));
        RolloutStep next = RolloutStep.of(still.rollout(), targets("0s 1q 1q 2q"), SOAKED);

        assertThat(soaking.rollout().state()).isEqualTo(State.SOAKING);
        assertThat(soaking.offer()).isEmpty();
        assertThat(still.rollout()).isEqualTo(soaking.rollout());
        assertThat(next.rollout().wave()).isEqualTo(1);
        assertThat(next.offer()).containsExactly(id("t1"), id("t2"));
    }

    @Test
    void asManyFailuresAsThePolicySaysStopItAndNameWhoFailed() {
        RolloutStep one = RolloutStep.of(at(1, State.RUNNING), targets("0s 1f 1w 2q"), NOON);
        RolloutStep two = RolloutStep.of(at(1, State.RUNNING), targets("0s 1f 1f 2q"), NOON);

        assertThat(one.rollout().state()).isEqualTo(State.RUNNING);
        assertThat(two.rollout().state()).isEqualTo(State.PAUSED);
        assertThat(two.rollout().detail())
                .isEqualTo("2 of 4 targets failed: t1 (Unhealthy), t2 (Unhealthy) (it stops at 2)");
        assertThat(two.offer()).isEmpty();
    }

    @Test
    void whatFailsWhileItIsWatchedCountsToo() {
        Rollout soaking = at(1, State.SOAKING);

        RolloutStep step = RolloutStep.of(soaking, targets("0f 1f 1s 2q"), NOON);

        assertThat(step.rollout().state()).isEqualTo(State.PAUSED);
    }

    @Test
    void itGoesOnOverFailuresThatAPersonAcceptedAndStopsAtAsManyMore() {
        Rollout accepted = at(2, State.RUNNING).accepting(2, NOON);

        assertThat(RolloutStep.of(accepted, targets("0s 1f 1f 2f 2w 2q"), NOON)
                        .rollout()
                        .state())
                .isEqualTo(State.RUNNING);
        assertThat(RolloutStep.of(accepted, targets("0s 1f 1f 2f 2f 2q"), NOON)
                        .rollout()
                        .detail())
                .endsWith("(it stops at 2 more than the 2 that were accepted)");
    }

    @Test
    void noMoreAreAtWorkThanThePolicySays() {
        RolloutStep step = RolloutStep.of(at(2, State.RUNNING), targets("0s 1s 1s 2w 2w 2q 2q 2q"), NOON);

        assertThat(step.offer()).containsExactly(id("t5"));
    }

    @Test
    void whoWaitsForItsWindowIsAtWorkAndItsWaveWaitsToo() {
        RolloutStep step = RolloutStep.of(at(1, State.RUNNING), targets("0s 1s 1o 2q"), SOAKED);
        RolloutStep beside = RolloutStep.of(at(2, State.RUNNING), targets("0s 1s 2o 2w 2w 2q"), SOAKED);

        assertThat(step.rollout().wave()).isEqualTo(1);
        assertThat(step.rollout().detail()).isEqualTo("1 of 4 targets outside of their windows: t2 (from 22:00 on)");
        assertThat(beside.rollout().detail()).as("others are at work").isEmpty();
        assertThat(beside.offer()).as("the window may open at any moment").isEmpty();
    }

    @Test
    void whoIsNotHeardIsPassedOverAndGetsItsTurnWhenItIsBack() {
        Rollout soaked = at(1, State.SOAKING);

        RolloutStep without = RolloutStep.of(soaked, targets("0s 1s 1- 2q"), SOAKED);
        RolloutStep back = RolloutStep.of(without.rollout(), targets("0s 1s 1q 2w"), SOAKED);

        assertThat(without.rollout().wave()).isEqualTo(2);
        assertThat(back.offer()).containsExactly(id("t2"));
    }

    @Test
    void aWaveOfWhichTooFewAreHeardWaits() {
        RolloutStep step = RolloutStep.of(at(0, State.RUNNING), targets("0- 1q 1q 2q"), SOAKED);

        assertThat(step.rollout().wave()).isZero();
        assertThat(step.rollout().detail()).isEqualTo("waits for 1 of 1 target not heard: t0");
        assertThat(step.offer()).isEmpty();
    }

    @Test
    void aGateWaitsForAPerson() {
        Rollout gated =
                TestRollouts.begin(TestRollouts.policy(List.of(wave("canary", 1, false), wave("few", 2, true))));
        Rollout canary = RolloutStep.of(gated, targets("0q 1q 2q"), NOON).rollout();
        Rollout soaking = RolloutStep.of(canary, targets("0s 1q 2q"), NOON).rollout();

        RolloutStep waits = RolloutStep.of(soaking, targets("0s 1q 2q"), SOAKED);
        RolloutStep still = RolloutStep.of(waits.rollout(), targets("0s 1q 2q"), SOAKED.plus(SOAK));

        assertThat(waits.rollout().state()).isEqualTo(State.GATED);
        assertThat(still.rollout()).isEqualTo(waits.rollout());
        assertThat(still.offer()).isEmpty();
    }

    @Test
    void aFirstWaveMayHaveAGateToo() {
        Rollout gated = TestRollouts.begin(TestRollouts.policy(List.of(wave("canary", 1, true))));

        assertThat(RolloutStep.of(gated, targets("0q 1q"), NOON).rollout().state())
                .isEqualTo(State.GATED);
    }

    @Test
    void wavesThatNobodyIsInArePassedAtOnce() {
        RolloutStep step = RolloutStep.of(begun, targets("2q 2q"), NOON);

        assertThat(step.rollout().wave()).isEqualTo(2);
        assertThat(step.offer()).containsExactly(id("t0"), id("t1"));
    }

    @Test
    void itIsThroughWithStragglersAndHasSucceededWhenTheyHaveIt() {
        RolloutStep through = RolloutStep.of(at(2, State.RUNNING), targets("0s 1s 1f 2- 2s"), NOON);
        RolloutStep back = RolloutStep.of(through.rollout(), targets("0s 1s 1s 2q 2s"), NOON);
        RolloutStep done = RolloutStep.of(back.rollout(), targets("0s 1s 1s 2s 2s"), NOON);

        assertThat(through.rollout().state()).isEqualTo(State.STRAGGLING);
        assertThat(through.rollout().detail())
                .isEqualTo("1 of 5 targets failed: t2 (Unhealthy); 1 of 5 targets not heard: t3");
        assertThat(back.offer()).containsExactly(id("t3"));
        assertThat(done.rollout().state()).isEqualTo(State.SUCCEEDED);
    }

    @Test
    void whatIsPausedOrOverStaysAsItIs() {
        for (State state : List.of(State.PAUSED, State.ABORTED, State.REVERTED, State.SUPERSEDED, State.SUCCEEDED)) {
            Rollout rollout = at(1, state);
            assertThat(RolloutStep.of(rollout, targets("0s 1q 2q"), SOAKED))
                    .isEqualTo(new RolloutStep(rollout, List.of()));
        }
    }

    @Test
    void whatIsToBeTakenBackTurnsAndIsOverWhenAllThatWereOfferedItAreWellAgain() {
        Rollout running =
                TestRollouts.begin(TestRollouts.reverting(CANARY_AND_FEW)).atWave(1, NOON);

        Rollout turned =
                RolloutStep.of(running, targets("0s 1f 1f 1w 2q"), NOON).rollout();
        RolloutStep asked = RolloutStep.of(turned, targets("0s 1s 1s 1s 2q", 1), NOON);
        RolloutStep onItsWay = RolloutStep.of(turned, targets("0s 1s 1f 1- 2q", 4), NOON);
        RolloutStep back = RolloutStep.of(turned, targets("0s 1s 1s 1s 2q", 4), NOON);

        assertThat(turned.state()).isEqualTo(State.REVERTING);
        assertThat(turned.detail()).isEqualTo("2 of 5 targets failed: t1 (Unhealthy), t2 (Unhealthy) (it stops at 2)");
        assertThat(asked).isEqualTo(new RolloutStep(turned, List.of()));
        assertThat(onItsWay).isEqualTo(new RolloutStep(turned, List.of()));
        assertThat(back.rollout().state()).isEqualTo(State.REVERTED);
        assertThat(back.offer()).isEmpty();
    }

    @Test
    void whatKeepsWhatItHasIsNotWaitedFor() {
        Rollout turned =
                TestRollouts.begin(TestRollouts.reverting(CANARY_AND_FEW)).in(State.REVERTING, "why", NOON);
        List<TargetSight> one = targets("0s 1f 2q", 1);
        one.set(1, keeping(one.get(1)));
        List<TargetSight> none = targets("0f 2q");
        none.set(0, keeping(none.get(0)));

        assertThat(RolloutStep.of(turned, one, NOON).rollout().state()).isEqualTo(State.REVERTED);
        assertThat(RolloutStep.of(turned, none, NOON).rollout().state())
                .as("nothing came back")
                .isEqualTo(State.REVERTING);
    }

    private static TargetSight keeping(TargetSight failed) {
        return new TargetSight(
                failed.target().offeredAt(NOON).kept(true), failed.name(), Progress.FAILED, failed.message());
    }

    private Rollout at(int wave, State state) {
        return begun.atWave(wave, NOON).in(state, "", NOON);
    }

    /** One word for each target: its wave, and q, w, o, s, f, - or k for how far it is. */
    private static List<TargetSight> targets(String words) {
        return targets(words, 0);
    }

    /** @param returned so many, from the first, were offered what they had before; the others that are not queued have been offered the content alone */
    private static List<TargetSight> targets(String words, int returned) {
        List<TargetSight> targets = new ArrayList<>();
        for (String word : Arrays.asList(words.split(" ", -1))) {
            Progress progress =
                    switch (word.charAt(1)) {
                        case 'q' -> Progress.QUEUED;
                        case 'w' -> Progress.WORKING;
                        case 'o' -> Progress.WAITING;
                        case 's' -> Progress.SUCCEEDED;
                        case 'f' -> Progress.FAILED;
                        case 'k' -> Progress.KEPT;
                        default -> Progress.SILENT;
                    };
            String name = "t" + targets.size();
            RolloutTarget queued = RolloutTarget.queued(id(name), word.charAt(0) - '0', TestRollouts.content());
            RolloutTarget offered = progress == Progress.QUEUED || returned == 0 ? queued : queued.offeredAt(NOON);
            targets.add(new TargetSight(
                    targets.size() < returned ? offered.returnedAt(NOON) : offered,
                    name,
                    progress,
                    switch (progress) {
                        case FAILED -> "Unhealthy";
                        case WAITING -> "from 22:00 on";
                        case QUEUED, WORKING, SUCCEEDED, SILENT, KEPT -> "";
                    }));
        }
        return targets;
    }
}
