package io.wherry.hub.rollout;

import static io.wherry.hub.rollout.TestRollouts.NOON;
import static io.wherry.hub.rollout.TestRollouts.id;
import static io.wherry.hub.rollout.TestRollouts.wave;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.AgentId;
import io.wherry.hub.resource.GroupBudget;
import io.wherry.hub.resource.Wave;
import io.wherry.hub.rollout.Rollout.State;
import io.wherry.hub.rollout.TargetSight.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rollouts over targets that succeed, fail, fall silent and come back as a seed says, with a person who now and then has a word. Virtual time; a seed that fails is
 * in the name of the test and plays the same again.
 */
class RolloutSimulationTest {
    private static final int SEEDS = 300;
    private static final int STEPS = 1_000;
    private static final Duration TICK = Duration.ofMinutes(1);

    /** What a target would say if it is offered the content. */
    private enum Fate {
        GOOD,
        BAD
    }

    static List<Integer> seeds() {
        List<Integer> seeds = new ArrayList<>();
        for (int seed = 1; seed <= SEEDS; seed++) {
            seeds.add(seed);
        }
        return seeds;
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void neverMoreAtWorkThanAllowedNothingAfterAStopAndEveryTargetEndsOrIsExplained(int seed) {
        new Play(new Random(seed)).run();
    }

    private static final class Play {
        private final Random random;
        private final Map<AgentId, Progress> progress = new LinkedHashMap<>();
        private final Map<AgentId, Integer> waves = new LinkedHashMap<>();
        private final Map<AgentId, Fate> fates = new LinkedHashMap<>();
        private final Map<AgentId, Boolean> offered = new LinkedHashMap<>();
        private final Map<AgentId, Boolean> heard = new LinkedHashMap<>();
        private final Map<AgentId, Optional<String>> groups = new LinkedHashMap<>();
        private Rollout rollout;
        private Instant now = NOON;

        Play(Random random) {
            this.random = random;
            List<Wave> policyWaves = new ArrayList<>();
            for (int i = 0; i < random.nextInt(4); i++) {
                policyWaves.add(wave("w" + i, 1 + random.nextInt(5), random.nextInt(4) == 0));
            }
            Optional<GroupBudget> budget = random.nextBoolean()
                    ? Optional.of(new GroupBudget("site", 1 + random.nextInt(2)))
                    : Optional.empty();
            this.rollout = TestRollouts.begin(TestRollouts.policy(policyWaves, budget));
            int count = 1 + random.nextInt(40);
            for (int i = 0; i < count; i++) {
                AgentId agent = id("s" + i);
                progress.put(agent, Progress.QUEUED);
                waves.put(agent, random.nextInt(rollout.policy().waveCount()));
                fates.put(agent, random.nextInt(10) == 0 ? Fate.BAD : Fate.GOOD);
                offered.put(agent, false);
                heard.put(agent, true);
                groups.put(
                        agent,
                        budget.isPresent() && random.nextInt(5) > 0
                                ? Optional.of("g" + random.nextInt(8))
                                : Optional.empty());
            }
        }

        void run() {
            for (int step = 0; step < STEPS && rollout.state().isOpen(); step++) {
                now = now.plus(TICK);
                boolean calm = step > STEPS / 2; // in the end everybody is there, and the person answers
                world(calm);
                person(calm);
                step();
            }
            assertThat(rollout.state()).isIn(State.SUCCEEDED, State.STRAGGLING);
            Map<Progress, Integer> counts = new EnumMap<>(Progress.class);
            sights().forEach(one -> counts.merge(one.progress(), 1, Integer::sum));
            assertThat(counts.keySet()).isSubsetOf(Progress.SUCCEEDED, Progress.FAILED, Progress.KEPT);
            if (counts.containsKey(Progress.KEPT)) {
                assertThat(rollout.detail()).contains("waits for its group");
            }
            if (rollout.state() == State.STRAGGLING) {
                assertThat(rollout.detail()).contains("failed: ");
            }
        }

        private void world(boolean calm) {
            for (AgentId agent : List.copyOf(progress.keySet())) {
                if (calm) {
                    heard.put(agent, true);
                } else if (random.nextInt(30) == 0) {
                    heard.put(agent, !heard.getOrDefault(agent, true));
                }
                boolean ends =
                        offered.getOrDefault(agent, false) && heard.getOrDefault(agent, true) && random.nextInt(5) == 0;
                if (progress.get(agent) == Progress.SUCCEEDED || progress.get(agent) == Progress.FAILED) {
                    continue;
                }
                if (ends) {
                    progress.put(agent, fates.get(agent) == Fate.GOOD ? Progress.SUCCEEDED : Progress.FAILED);
                } else if (!heard.getOrDefault(agent, true)) {
                    progress.put(agent, Progress.SILENT);
                } else {
                    progress.put(agent, offered.getOrDefault(agent, false) ? Progress.WORKING : Progress.QUEUED);
                }
            }
        }

        private void person(boolean calm) {
            int whim = random.nextInt(calm ? 5 : 40);
            if (whim == 0 && rollout.state() == State.PAUSED) {
                rollout = rollout.accepting(RolloutStep.failed(sights()), now);
            } else if (whim == 1 && rollout.state() == State.GATED) {
                rollout = rollout.atWave(RolloutStep.following(rollout, sights()), now);
            } else if (whim == 2 && !calm) {
                rollout = rollout.in(State.PAUSED, "paused by ada", now);
            }
        }

        private void step() {
            State before = rollout.state();
            List<TargetSight> sights = sights();
            RolloutStep step = RolloutStep.of(rollout, sights, now);
            long working = sights.stream()
                    .filter(one -> one.progress() == Progress.WORKING)
                    .count();
            if (!step.offer().isEmpty()) {
                assertThat(working + step.offer().size())
                        .as("at work")
                        .isLessThanOrEqualTo(rollout.policy().maxInFlight());
                assertThat(RolloutStep.failed(sights) - rollout.accepted())
                        .as("failures when something was offered")
                        .isLessThan(rollout.policy().maxFailures().of(sights.size()));
                assertThat(before).isNotEqualTo(State.PAUSED);
            }
            Map<String, Integer> away = new HashMap<>();
            sights.stream()
                    .filter(one ->
                            one.away() || step.offer().contains(one.target().agent()))
                    .forEach(one -> one.group().ifPresent(group -> away.merge(group, 1, Integer::sum)));
            for (AgentId agent : step.offer()) {
                groups.getOrDefault(agent, Optional.empty()).ifPresent(group -> assertThat(away.getOrDefault(group, 0))
                        .as("away of group %s", group)
                        .isLessThanOrEqualTo(
                                rollout.policy().budget().orElseThrow().maxUnavailable()));
                assertThat(offered.put(agent, true)).as("offered twice").isFalse();
                assertThat(waves.getOrDefault(agent, 0))
                        .isLessThanOrEqualTo(step.rollout().wave());
                progress.put(agent, Progress.WORKING);
            }
            assertThat(step.rollout().wave()).isGreaterThanOrEqualTo(rollout.wave());
            rollout = step.rollout();
        }

        private List<TargetSight> sights() {
            List<TargetSight> sights = new ArrayList<>();
            progress.forEach((agent, now) -> {
                RolloutTarget queued =
                        RolloutTarget.queued(agent, waves.getOrDefault(agent, 0), TestRollouts.content());
                boolean sent = offered.getOrDefault(agent, false);
                sights.add(new TargetSight(sent ? queued.offeredAt(NOON) : queued, agent.value(), now, "")
                        .in(groups.getOrDefault(agent, Optional.empty())));
            });
            return GroupRoom.judge(rollout, sights);
        }
    }
}
