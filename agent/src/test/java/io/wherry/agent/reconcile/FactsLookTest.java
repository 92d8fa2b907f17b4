package io.wherry.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.hubclient.AgentFacts;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FactsLookTest {
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private String version = "20.10.24";
    private String problem = "";
    private long freeBytes = 10L << 30;
    private int looks;
    private Optional<Instant> paused = Optional.empty();
    private final FactsLook facts = new FactsLook(
            new FactsSource() {
                @Override
                public AgentFacts gather() {
                    return FactsLookTest.this.gather();
                }

                @Override
                public Optional<Instant> pausedUntil() {
                    return paused;
                }
            },
            () -> now);

    private AgentFacts gather() {
        looks++;
        return new AgentFacts(
                new AgentFacts.Self("site-1", "host", "", "0.1.0", ZoneOffset.UTC),
                new AgentFacts.RuntimeFacts("docker", "engine-1", version, "linux/amd64", problem),
                List.of(),
                "",
                paused,
                now,
                freeBytes);
    }

    @Test
    void looksOncePerSiteCycleAndThenTellsTheTruth() {
        FactsLook.Told first = facts.now();
        version = "28.5.2";
        for (int i = 0; i < 299; i++) {
            now = now.plusSeconds(1);
            assertThat(facts.now()).isSameAs(first);
        }
        now = now.plusSeconds(1);
        assertThat(facts.now().digest()).isNotEqualTo(first.digest());
        assertThat(facts.now().facts().runtime().version()).isEqualTo("28.5.2");
        assertThat(looks).isEqualTo(2);
    }

    @Test
    void looksSoonerWhileTheRuntimeDoesNotWork() {
        problem = "RuntimeUnreachable: no engine";
        facts.now();
        assertThat(facts.inTrouble()).isTrue();
        problem = "";
        now = now.plus(Duration.ofSeconds(30));
        assertThat(facts.now().facts().runtime().problem()).isEmpty();
        assertThat(facts.inTrouble()).isFalse();
    }

    @Test
    void aPauseIsToldWithTheNextPollAndSoIsItsEnd() {
        FactsLook.Told first = facts.now();
        Instant until = now.plus(Duration.ofHours(2));
        paused = Optional.of(until);
        FactsLook.Told during = facts.now();
        assertThat(during.digest()).isNotEqualTo(first.digest());
        assertThat(during.facts().pausedUntil()).contains(until);
        assertThat(facts.inTrouble()).as("held polls are short meanwhile").isTrue();
        assertThat(facts.now()).isSameAs(during);
        paused = Optional.empty();
        assertThat(facts.now().digest()).isEqualTo(first.digest());
        assertThat(facts.inTrouble()).isFalse();
    }

    @Test
    void looksAnewOnceWhereSomebodySaysThatThereIsNews() {
        facts.now();
        problem = "RuntimeUnreachable: no engine";
        assertThat(facts.runtimeProblem()).contains("");
        facts.outdate();
        assertThat(facts.now().facts().runtime().problem()).isEqualTo(problem);
        assertThat(facts.runtimeProblem()).contains(problem);
        facts.now();
        assertThat(looks).isEqualTo(2);
    }

    @Test
    void theClockAndAFullEnoughDiskAreNoNewsAndAFillingDiskIs() {
        FactsLook.Told first = facts.now();
        now = now.plus(Duration.ofMinutes(5));
        freeBytes = 5L << 30;
        assertThat(facts.now().digest()).isEqualTo(first.digest());
        now = now.plus(Duration.ofMinutes(5));
        freeBytes = 100L << 20;
        assertThat(facts.now().digest()).isNotEqualTo(first.digest());
    }

    @Test
    void aClockThatGoesBackKeepsNobodyFromLooking() {
        facts.now();
        now = now.minus(Duration.ofDays(10_000));
        facts.now();
        assertThat(looks).isEqualTo(2);
    }
}
