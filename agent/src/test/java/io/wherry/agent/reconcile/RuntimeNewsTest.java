package io.wherry.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RuntimeNewsTest extends OnASite {
    private Optional<String> told = Optional.of("");
    private int news;
    private int wakes;
    private boolean nothingRuns;
    private RuntimeNews watching;

    @BeforeEach
    void watch() {
        watching = new RuntimeNews(
                site.same,
                () -> nothingRuns,
                new RuntimeNews.Hub(() -> told, () -> {
                    news++;
                    told = Optional.of(
                            site.same.problem().map(RuntimeNewsTest::sentence).orElse(""));
                }),
                () -> site.now);
        site.same.onChange(() -> wakes++);
        site.same.info();
    }

    private static String sentence(RuntimeUnavailable problem) {
        return problem.reason().code() + ": " + problem.getMessage();
    }

    private void stackLooks() {
        try {
            site.same.info();
        } catch (RuntimeUnavailable _) {
            // as a stack's turn does: it is noted
        }
    }

    @Test
    void aRuntimeThatStaysAwayIsToldOnceAndItsReturnAtOnce() {
        site.runtime.gone = RuntimeReason.RUNTIME_UNREACHABLE;
        stackLooks();
        assertThat(wakes).isEqualTo(1);
        assertThat(watching.runOnce()).isEqualTo(RuntimeNews.AWAY_LOOK);
        assertThat(news).as("it may be a restart").isZero();
        for (int second = 10; second <= 120; second += 10) {
            site.pass(RuntimeNews.AWAY_LOOK);
            watching.runOnce();
            assertThat(news).as("after %d s", second).isEqualTo(second < 30 ? 0 : 1);
        }
        assertThat(told.orElseThrow()).startsWith("RuntimeUnreachable: ");

        site.runtime.gone = null;
        assertThat(watching.runOnce()).isEqualTo(FactsLook.CYCLE);
        assertThat(told).contains("");
        assertThat(news).isEqualTo(2);
        assertThat(wakes).as("it answers again").isEqualTo(2);
        watching.runOnce();
        assertThat(news).isEqualTo(2);
    }

    @Test
    void aRestartIsNoNewsHoweverOftenItHappens() {
        for (int restart = 0; restart < 5; restart++) {
            site.runtime.gone = RuntimeReason.RUNTIME_UNREACHABLE;
            stackLooks();
            watching.runOnce();
            site.pass(RuntimeNews.AWAY_LOOK);
            watching.runOnce();
            site.runtime.gone = null;
            site.pass(RuntimeNews.AWAY_LOOK);
            watching.runOnce();
        }
        assertThat(news).isZero();
    }

    @Test
    void anotherRuntimeIsToldAtOnce() {
        site.runtime.id = "engine-2";
        stackLooks();
        watching.runOnce();
        assertThat(told.orElseThrow()).startsWith("RuntimeChanged: ");
    }

    @Test
    void asksByItselfOnlyWhereNothingRuns() {
        site.runtime.gone = RuntimeReason.RUNTIME_UNREACHABLE;
        assertThat(watching.runOnce()).as("the stacks find it out").isEqualTo(FactsLook.CYCLE);
        assertThat(site.same.problem()).isEmpty();

        nothingRuns = true;
        watching.runOnce();
        assertThat(site.same.problem()).isPresent();
        site.runtime.gone = null;
        assertThat(watching.runOnce()).isEqualTo(RuntimeNews.EMPTY_LOOK);
    }

    @Test
    void saysNothingBeforeTheHubWasToldAnything() {
        told = Optional.empty();
        site.runtime.gone = RuntimeReason.RUNTIME_UNREACHABLE;
        stackLooks();
        watching.runOnce();
        site.pass(Duration.ofMinutes(1));
        watching.runOnce();
        assertThat(news).isZero();
    }
}
