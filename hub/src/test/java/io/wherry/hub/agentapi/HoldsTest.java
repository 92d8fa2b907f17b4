package io.wherry.hub.agentapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.AgentId;
import io.wherry.hub.agentapi.Holds.Hold;
import io.wherry.hub.fleet.TestClock;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HoldsTest {
    private static final Duration FOUR_MINUTES = Duration.ofMinutes(4);

    private final TestClock clock = new TestClock(Instant.parse("2026-11-23T12:00:00Z"));
    private final Holds holds = Holds.start(clock);
    private final List<String> answered = Collections.synchronizedList(new ArrayList<>());
    private final AgentId one = AgentId.random(new SecureRandom());
    private final AgentId two = AgentId.random(new SecureRandom());

    @AfterEach
    void close() {
        holds.close();
    }

    @Test
    void answersWhenItsTimeIsOverAndNotBefore() {
        holds.hold(one, FOUR_MINUTES, () -> answered.add("one"));
        holds.hold(two, Duration.ofMinutes(5), () -> answered.add("two"));

        clock.advance(FOUR_MINUTES.minusMillis(1));
        holds.runOnce();
        assertThat(answered).isEmpty();

        clock.advance(Duration.ofMillis(1));
        holds.runOnce();
        assertThat(answered).containsExactly("one");
        assertThat(holds.size()).isEqualTo(1);
    }

    @Test
    void aReleaseAnswersThatAgentOnceAndNoOther() {
        holds.hold(one, FOUR_MINUTES, () -> answered.add("one"));
        holds.hold(two, FOUR_MINUTES, () -> answered.add("two"));

        holds.release(one);
        holds.release(one);

        assertThat(answered).containsExactly("one");
    }

    @Test
    void aDroppedHoldIsNeverAnswered() {
        Hold hold = holds.hold(one, FOUR_MINUTES, () -> answered.add("one"));

        assertThat(holds.drop(hold)).isTrue();
        holds.release(one);
        holds.end(hold);

        assertThat(answered).isEmpty();
        assertThat(holds.size()).isZero();
    }

    @Test
    void closingAnswersAllThatIsHeld() {
        holds.hold(one, FOUR_MINUTES, () -> answered.add("one"));
        holds.hold(two, FOUR_MINUTES, () -> answered.add("two"));

        holds.close();

        assertThat(answered).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void tensOfThousandsNeedNoThread() {
        int threads = Thread.activeCount();
        AtomicInteger count = new AtomicInteger();
        SecureRandom random = new SecureRandom();
        for (int i = 0; i < 50_000; i++) {
            holds.hold(AgentId.random(random), FOUR_MINUTES, count::incrementAndGet);
        }
        assertThat(Thread.activeCount()).isLessThan(threads + 1_000); // other tests beside this one have threads too

        clock.advance(FOUR_MINUTES);
        holds.runOnce();

        Await.until(() -> count.get() == 50_000);
        assertThat(holds.size()).isZero();
    }
}
