package io.wherry.hub.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.AgentId;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** S14: a state folder that exists twice is found, and nothing else is taken for one. */
class S14CopiesTest {
    private static final AgentId AGENT = AgentId.random(new SecureRandom());
    private static final int KILLS = 1_000;

    private Incarnations hub = new Incarnations(Map.of());
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");

    private boolean polls(long incarnation, String instance) {
        now = now.plusSeconds(30);
        return hub.areTwo(AGENT, incarnation, instance, now);
    }

    /** A process of its own: its number from the folder, and an instance. */
    private boolean startsAndPolls(Folder folder) {
        folder.incarnation++;
        folder.instance = folder.name + folder.incarnation;
        return polls(folder);
    }

    private boolean polls(Folder folder) {
        return polls(folder.incarnation, folder.instance);
    }

    private static final class Folder {
        final String name;
        long incarnation;
        String instance = "";

        Folder(String name, long incarnation) {
            this.name = name;
            this.incarnation = incarnation;
        }

        Folder copy() {
            return new Folder(name + "'", incarnation);
        }
    }

    @Test
    void aCopyOfAFolderInUseIsFoundWithinTwoPolls() {
        Folder original = new Folder("a", 4);
        assertThat(startsAndPolls(original)).isFalse();
        Folder copy = original.copy();

        assertThat(startsAndPolls(copy)).isFalse();
        assertThat(polls(original)).as("may have been on its way").isFalse();
        assertThat(polls(copy)).isFalse();
        assertThat(polls(original)).isTrue();
        assertThat(polls(copy)).as("neither is trusted then").isTrue();
    }

    @Test
    void aCopyThatWasIdleIsFoundAtItsFirstPoll() {
        Folder original = new Folder("a", 4);
        startsAndPolls(original);
        Folder copy = original.copy();
        startsAndPolls(original);
        now = now.plus(Incarnations.LATE);
        polls(original);

        assertThat(startsAndPolls(copy)).as("the same number, another instance").isTrue();
    }

    @Test
    void aCopyThatFellFarBehindIsFoundAtItsFirstPoll() {
        Folder original = new Folder("a", 4);
        startsAndPolls(original);
        Folder copy = original.copy();
        for (int i = 0; i < 5; i++) {
            startsAndPolls(original);
        }
        now = now.plus(Incarnations.LATE);

        assertThat(startsAndPolls(copy)).isTrue();
    }

    @Test
    void aCopyThatTakesTurnsIsFoundAtItsFirstPollWhereTheOriginalHadItsNumber() {
        Folder original = new Folder("a", 4);
        startsAndPolls(original);
        Folder copy = original.copy();
        for (int i = 0; i < 3; i++) {
            assertThat(startsAndPolls(original)).isFalse();
        }

        assertThat(startsAndPolls(copy))
                .as("long before a late poll could not be excused")
                .isTrue();
    }

    @Test
    void afterARestartOfTheHubTheHighestNumberStillCounts() {
        hub = new Incarnations(Map.of(AGENT, 9L));
        Folder original = new Folder("a", 9);
        original.instance = "the one that ran on";
        assertThat(polls(original)).isFalse();
        assertThat(startsAndPolls(original)).isFalse();
        now = now.plus(Incarnations.LATE);
        assertThat(startsAndPolls(new Folder("a'", 6))).isTrue();

        hub = new Incarnations(Map.of(AGENT, 9L));
        assertThat(startsAndPolls(new Folder("put back", 6))).isTrue();
    }

    @Test
    void twoTimersThatTakeTurnsAreFound() {
        Folder original = new Folder("a", 9);
        Folder copy = new Folder("a'", 4);
        int days = 0;
        startsAndPolls(original);
        while (!startsAndPolls(copy)) {
            now = now.plus(Duration.ofHours(24));
            startsAndPolls(original);
            assertThat(++days).isLessThanOrEqualTo(Incarnations.MOST_EXCUSED);
        }
    }

    /** Lost answers make an agent poll again; a kill loses the answer and, now and then, delivers the question after the successor's. */
    @RepeatedTest(5)
    void killsAndLostAnswersAreNoCopies(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        Folder folder = new Folder("a", 0);
        startsAndPolls(folder);
        for (int i = 0; i < KILLS; i++) {
            for (int again = random.nextInt(4); again > 0; again--) {
                assertThat(polls(folder)).isFalse();
            }
            String killed = folder.instance;
            now = now.plus(Duration.ofMinutes(random.nextInt(6_000)));
            assertThat(startsAndPolls(folder)).isFalse();
            if (random.nextInt(10) == 0) {
                now = now.plusSeconds(random.nextInt(600));
                assertThat(polls(folder.incarnation - 1, killed)).isFalse();
            }
        }
    }

    @Test
    void aPersonsWordEndsIt() {
        startsAndPolls(new Folder("a", 4));
        assertThat(startsAndPolls(new Folder("a'", 4))).isTrue();

        hub.forget(AGENT);

        assertThat(startsAndPolls(new Folder("a'", 2))).isFalse();
    }
}
