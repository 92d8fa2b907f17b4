package io.wherry.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code wherry rollout} shows. */
class RolloutCommandTest extends AtACannedHub {
    private static final String PAUSED = """
            {"stack":"shop","number":3,"revision":7,"policy":"careful","state":"paused","reason":"RolloutPaused",
             "message":"rollout 3, wave few (2 of 3): 1 of 4 targets failed: oslo-2 (Unhealthy: web exits) (it stops at 1)",
             "hint":"wherry rollout resume shop","wave":"few","begunAt":"2026-03-01T11:00:00Z","since":"2026-03-01T11:30:00Z","actor":"ada",
             "waves":[{"name":"canary","gate":"auto","succeeded":1,"working":0,"queued":0,"failed":0,"silent":0,"kept":0},
                      {"name":"few","gate":"auto","succeeded":0,"working":0,"waiting":1,"queued":0,"failed":1,"silent":0,"kept":0},
                      {"name":"rest","gate":"auto","succeeded":0,"working":0,"queued":1,"failed":0,"silent":0,"kept":0}],
             "targets":[{"agent":"oslo-1","wave":"canary","progress":"succeeded","message":""},
                        {"agent":"oslo-2","wave":"few","progress":"failed","message":"Unhealthy: web exits"},
                        {"agent":"oslo-3","wave":"few","progress":"waiting","message":"from 22:00 on"},
                        {"agent":"oslo-4","wave":"few","progress":"queued","message":"waits for its group site=oslo"},
                        {"agent":"oslo-5","wave":"rest","progress":"queued","message":""}]}""";

    @BeforeEach
    void rollouts() {
        hub.on("GET /stacks/shop/rollouts", 200, "{\"items\":[" + PAUSED + "]}");
    }

    @Test
    void statusShowsTheWavesAndWhoIsNotWell() {
        assertThat(cli.run("rollout", "status", "shop").out()).isEqualTo("""
                rollout 3, wave few (2 of 3): 1 of 4 targets failed: oslo-2 (Unhealthy: web exits) (it stops at 1)
                state paused, policy careful, revision 7, begun 60m ago by ada
                next: wherry rollout resume shop

                WAVE    SUCCEEDED  WORKING  WAITING  QUEUED  FAILED  SILENT  KEPT  GATE
                canary  1          0        0        0       0       0       0     auto
                > few   0          0        1        0       1       0       0     auto
                rest    0          0        0        1       0       0       0     auto

                AGENT   WAVE  PROGRESS  MESSAGE
                oslo-2  few   failed    Unhealthy: web exits
                oslo-3  few   waiting   from 22:00 on
                oslo-4  few   queued    waits for its group site=oslo
                """);
    }

    @Test
    void historyIsALineForEach() {
        assertThat(cli.run("rollout", "history", "shop").out()).startsWith("""
                STACK  ROLLOUT  STATE   WAVE  DONE  FAILED  BEGUN    MESSAGE
                shop   3        paused  few   1/4   1       60m ago  rollout 3, wave few""");
    }

    @Test
    void aStackWithoutARolloutIsNotFound() {
        hub.on("GET /stacks/web/rollouts", 200, "{\"items\":[]}");

        Cli.Ran result = cli.run("rollout", "status", "web");

        assertThat(result.exit()).isEqualTo(3);
        assertThat(result.err()).contains("stack web has no rollout", "rolloutPolicyRef");
    }

    @Test
    void waitingGoesOnWhileSomeTargetsHaveYetToGetIt() {
        stack("RollingOut", "working", false);
        int[] looks = {0};
        cli.at(() -> {
            looks[0]++; // 1 before the first answer, then once for each
            if (looks[0] == 3) {
                stack("Healthy", "good", false);
            }
            return Cli.NOW;
        });

        Cli.Ran ran = cli.run("wait", "stack", "shop", "--revision", "abc");

        assertThat(ran.exit()).isZero();
        assertThat(ran.err()).contains("RollingOut: rollout 3", "stack/shop is healthy");
        assertThat(looks[0]).isGreaterThanOrEqualTo(3);
    }

    @Test
    void waitingEndsWhenTheRolloutWaitsForAPerson() {
        stack("RolloutPaused", "bad", true);

        Cli.Ran ran = cli.run("wait", "stack", "shop", "--revision", "abc");

        assertThat(ran.exit()).isEqualTo(5);
        assertThat(ran.err()).contains("RolloutPaused: rollout 3", "wherry rollout resume shop");
    }

    /** All targets are healthy with what they have. */
    private void stack(String phase, String level, boolean last) {
        hub.on("GET /stacks/shop?brief=true", 200, """
                {"metadata":{"name":"shop"},"status":{"phase":"%s","level":"%s","final":%s,"revision":"abcdef",
                 "message":"rollout 3, wave few (2 of 3)","hint":"wherry rollout resume shop",
                 "conditions":[{"type":"Healthy","status":"True"}]}}""".formatted(phase, level, last));
    }

    @Test
    void aWordIsSentWithItsReason() {
        hub.on("POST /stacks/shop/rollout/pause", 200, "{\"message\":\"rollout 3 is paused\"}");

        assertThat(cli.run("rollout", "pause", "shop", "--reason", "storm").out())
                .isEqualTo("stack/shop rollout 3 is paused\n");
        assertThat(hub.requests()).anyMatch(asked -> asked.contains("storm"));
    }
}
