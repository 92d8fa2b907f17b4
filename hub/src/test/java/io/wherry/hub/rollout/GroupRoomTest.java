package io.wherry.hub.rollout;

import static io.wherry.hub.rollout.TestRollouts.NOON;
import static io.wherry.hub.rollout.TestRollouts.id;
import static io.wherry.hub.rollout.TestRollouts.wave;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.hub.resource.GroupBudget;
import io.wherry.hub.rollout.Rollout.State;
import io.wherry.hub.rollout.TargetSight.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many targets of a group may be away at a time. At most three are at work in all. */
class GroupRoomTest {
    /** A target is a letter for its group (. for none) and one for how far it is; b is one that failed and is well with what it had. */
    @ParameterizedTest(name = "{0} at most {1}: {2}")
    @CsvSource({
        "aq aq bq bq,       1, t0 t2",
        "aq aq bq bq,       2, t0 t1 t2",
        "aw aq bq bq,       1, t2",
        "as aq bs bq,       1, t1 t3",
        ".q .q .q aq aq,    1, t0 t1 t2",
        ".w .w aq aq bq,    1, t2",
        "af aq bq,          1, t2",
        "af aq bq,          2, t1 t2",
        "ab aq bq,          1, t1 t2",
        "a- aq bq,          1, t1 t2",
        "ax aq bq,          1, t2",
        "ao aq bq,          1, t2",
        "ak aq aq,          1, t1",
        "aw aw aq,          1, ''"
    })
    void offersAsManyOfEachGroupAsThereIsRoomFor(String targets, int maxUnavailable, String offered) {
        Rollout rollout = running(maxUnavailable);

        RolloutStep step = RolloutStep.of(rollout, GroupRoom.judge(rollout, targets(targets)), NOON);

        assertThat(step.offer())
                .containsExactlyElementsOf(Arrays.stream(offered.split(" ", -1))
                        .filter(name -> !name.isEmpty())
                        .map(TestRollouts::id)
                        .toList());
    }

    @Test
    void oneWhoseGroupIsAtWorkWaitsAndItsWaveWithIt() {
        List<TargetSight> judged = GroupRoom.judge(running(1), targets("aw aq as"));

        assertThat(judged.get(1).progress()).isEqualTo(Progress.QUEUED);
        assertThat(judged.get(1).message())
                .isEqualTo("waits for its group site=a, of which 1 may be away at a time: t0 is at work");
        assertThat(RolloutStep.of(running(1), judged, NOON).rollout().state()).isEqualTo(State.RUNNING);
    }

    @Test
    void oneWhoseGroupWaitsForAPersonIsPassedOverAndComesWhenThereIsRoom() {
        List<TargetSight> judged = GroupRoom.judge(running(1), targets("af aq bs"));
        Rollout through = RolloutStep.of(running(1), judged, NOON).rollout();

        assertThat(judged.get(1).progress()).isEqualTo(Progress.KEPT);
        assertThat(through.state()).isEqualTo(State.STRAGGLING);
        assertThat(through.detail())
                .endsWith(
                        "1 of 3 targets cannot have it for now: t1 (waits for its group site=a, of which 1 may be away"
                                + " at a time: t0 failed)");
        assertThat(RolloutStep.of(through, GroupRoom.judge(through, targets("as aq bs")), NOON)
                        .offer())
                .containsExactly(id("t1"));
    }

    @Test
    void whoseTurnHasNotComeWaitsForItsWaveAlone() {
        Rollout canary = TestRollouts.begin(
                        TestRollouts.policy(List.of(wave("canary", 1, false)), Optional.of(new GroupBudget("site", 1))))
                .atWave(0, NOON);
        List<TargetSight> targets = targets("aw aq");
        RolloutTarget later = targets.get(1).target();
        targets.set(
                1,
                new TargetSight(RolloutTarget.queued(later.agent(), 1, later.content()), "t1", Progress.QUEUED, "")
                        .in(Optional.of("a")));

        assertThat(GroupRoom.judge(canary, targets).get(1).message()).isEmpty();
    }

    @Test
    void aRolloutThatStoppedWaitsForItsPersonAndNotForGroups() {
        List<TargetSight> targets = targets("aw aq");

        assertThat(GroupRoom.judge(running(1).in(State.PAUSED, "", NOON), targets))
                .isEqualTo(targets);
    }

    private static Rollout running(int maxUnavailable) {
        return TestRollouts.begin(TestRollouts.policy(List.of(), Optional.of(new GroupBudget("site", maxUnavailable))))
                .atWave(0, NOON);
    }

    private static List<TargetSight> targets(String words) {
        List<TargetSight> targets = new ArrayList<>();
        for (String word : words.split(" +", -1)) {
            String name = "t" + targets.size();
            RolloutTarget queued = RolloutTarget.queued(id(name), 0, TestRollouts.content());
            RolloutTarget offered = queued.offeredAt(NOON);
            Optional<String> group = Optional.of(word.substring(0, 1)).filter(letter -> !letter.equals("."));
            TargetSight sight =
                    switch (word.charAt(1)) {
                        case 'q' -> new TargetSight(queued, name, Progress.QUEUED, "");
                        case 'w' -> new TargetSight(offered, name, Progress.WORKING, "");
                        case 'o' -> new TargetSight(offered, name, Progress.WAITING, "from 22:00 on");
                        case 's' -> new TargetSight(offered, name, Progress.SUCCEEDED, "");
                        case 'f' -> new TargetSight(offered, name, Progress.FAILED, "Unhealthy");
                        case 'b' -> new TargetSight(offered, name, Progress.FAILED, "RolledBack", group, false);
                        case 'k' -> new TargetSight(queued.kept(true), name, Progress.KEPT, "");
                        case '-' -> new TargetSight(queued, name, Progress.SILENT, "");
                        case 'x' -> new TargetSight(offered, name, Progress.SILENT, "");
                        default -> throw new IllegalArgumentException("target: " + word);
                    };
            targets.add(sight.in(group));
        }
        return targets;
    }
}
