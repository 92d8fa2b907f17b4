package io.wherry.agent.runtime.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.health.HealthReason;
import io.wherry.agent.health.ObjectHealth;
import io.wherry.contract.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the tasks of a service say of its health. */
class TaskHealthTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

    private final List<Json.Obj> tasks = new ArrayList<>();
    private final WantedService wanted = SwarmModelTest.service(", 'deploy': {'replicas': 2}");

    /** @param agoSeconds since when it is in this state */
    private void task(String id, int slot, String state, int agoSeconds, String digest, String more) {
        tasks.add(SwarmModelTest.json(
                ("{'ID': '%s', 'ServiceID': 's1', 'Slot': %d, 'CreatedAt': '%s', 'DesiredState': '%s',"
                                + " 'Spec': {'ContainerSpec': {'Labels': {'io.wherry.task': '%s'}}, 'ForceUpdate': 0},"
                                + " 'Status': {'State': '%s', 'Timestamp': '%s'%s}}")
                        .formatted(
                                id,
                                slot,
                                NOW.minusSeconds(agoSeconds + 1),
                                state.equals("failed") || state.equals("shutdown") ? "shutdown" : "running",
                                digest,
                                state,
                                NOW.minusSeconds(agoSeconds),
                                more)));
    }

    private void running(String id, int slot, int agoSeconds) {
        task(id, slot, "running", agoSeconds, wanted.task(), "");
    }

    private void failed(String id, int slot, int agoSeconds) {
        task(
                id,
                slot,
                "failed",
                agoSeconds,
                wanted.task(),
                ", 'Err': 'task: non-zero exit (3)', 'ContainerStatus': {'ContainerID': 'c', 'ExitCode': 3}");
    }

    private List<TaskHealth.Verdict> judge(String update) {
        Json.Obj service =
                SwarmModelTest.json(("{'ID': 's1', 'Spec': {'Labels': {'io.wherry.spec': '%s'}, 'TaskTemplate':"
                                + " {'ForceUpdate': 0}}%s}")
                        .formatted(wanted.digest(), update));
        return new TaskHealth(Duration.ofSeconds(10), Duration.ofMinutes(5), NOW).judge(wanted, service, tasks);
    }

    private List<String> said() {
        return judge("").stream()
                .map(verdict ->
                        verdict.health().object() + " " + verdict.health().state())
                .toList();
    }

    @Test
    void eachTaskMustHaveRunForTheWindow() {
        running("a", 1, 11);
        running("b", 2, 9);

        assertThat(said()).containsExactly("service/web HEALTHY", "service/web/2 STARTING");
    }

    @Test
    void theNumbersOfSlotsSayNothing() {
        running("a", 1, 60);
        task("b", 2, "shutdown", 30, wanted.task(), "");
        running("c", 3, 60);

        assertThat(said()).containsExactly("service/web HEALTHY", "service/web/2 HEALTHY");
    }

    @Test
    void aTaskThatIsNotThereYetIsWaitedFor() {
        running("a", 4, 60);

        assertThat(said()).containsExactly("service/web HEALTHY", "service/web/2 STARTING");
    }

    @Test
    void aTaskOfTheSpecBeforeDoesNotCount() {
        running("a", 1, 11);
        task("b", 2, "running", 600, "another", "");

        assertThat(said()).containsExactly("service/web HEALTHY", "service/web/2 STARTING");
    }

    @Test
    void oneThatEndsOverAndOverIsNamedWithItsExitCode() {
        running("a", 1, 60);
        failed("b", 2, 40);
        failed("c", 2, 30);
        failed("d", 2, 20);
        task("e", 2, "preparing", 1, wanted.task(), "");

        TaskHealth.Verdict verdict = judge("").getLast();

        assertThat(verdict.health().state()).isEqualTo(ObjectHealth.State.UNHEALTHY);
        assertThat(verdict.reason()).isEqualTo(HealthReason.CRASH_LOOPING);
        assertThat(verdict.health().detail()).contains("3 tasks ended", "exit code 3");
        assertThat(verdict.task()).isEqualTo("d");
    }

    @Test
    void oneThatEndedOnceMayComeAgain() {
        running("a", 1, 60);
        failed("b", 2, 5);

        assertThat(said()).containsExactly("service/web HEALTHY", "service/web/2 STARTING");
    }

    @Test
    void anUpdateThatTheSwarmStoppedIsAVerdictWithItsTask() {
        running("a", 1, 60);
        failed("b", 2, 5);

        assertThat(judge(", 'UpdateStatus': {'State': 'paused', 'Message': 'update paused'}"))
                .singleElement()
                .satisfies(verdict -> {
                    assertThat(verdict.reason()).isEqualTo(HealthReason.UPDATE_FAILED);
                    assertThat(verdict.health().detail()).contains("stopped the update", "exit code 3");
                    assertThat(verdict.task()).isEqualTo("b");
                });
    }

    @Test
    void whileTheSwarmUpdatesNothingIsDecided() {
        running("a", 1, 60);
        running("b", 2, 60);

        assertThat(judge(", 'UpdateStatus': {'State': 'updating'}"))
                .extracting(verdict -> verdict.health().state())
                .containsExactly(ObjectHealth.State.STARTING);
        assertThat(said()).containsExactly("service/web HEALTHY", "service/web/2 HEALTHY");
    }
}
