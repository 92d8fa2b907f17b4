package io.wherry.hub.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastSeenTest {
    @TempDir
    Path folder;

    @Test
    void keepsWhatWasHeardInMemoryAndWritesItInOneBatch() {
        try (var fleet = new TestFleet(folder);
                var lastSeen = LastSeen.start(fleet.agents, fleet.clock)) {
            AgentRecord agent = fleet.join(TestDevice.create(), "till");
            lastSeen.polled(agent.id(), "held", 3, "0a");
            assertThat(lastSeen.lastHeard(agent.id())).contains(TestFleet.NOW);
            assertThat(lastSeen.presence(agent.id())).contains(new LastSeen.Presence(TestFleet.NOW, "held", 3, "0a"));

            lastSeen.runOnce();

            assertThat(fleet.agents.lastHeard()).containsEntry(agent.id(), TestFleet.NOW);
        }
    }

    @Test
    void theNumberOfAStartOutlivesTheHubAndEndsAtAPersonsWord() {
        try (var fleet = new TestFleet(folder)) {
            AgentRecord agent = fleet.join(TestDevice.create(), "till");
            try (var lastSeen = LastSeen.start(fleet.agents, fleet.clock)) {
                assertThat(lastSeen.polled(agent.id(), "timer", 8, "0a")).isFalse();
            }
            try (var again = LastSeen.start(fleet.agents, fleet.clock)) {
                assertThat(again.polled(agent.id(), "timer", 6, "0b")).isTrue();
                fleet.database.run(handle -> again.believeNext(handle, agent.id()));
                assertThat(again.polled(agent.id(), "timer", 6, "0b")).isFalse();
            }
            try (var last = LastSeen.start(fleet.agents, fleet.clock)) {
                assertThat(last.polled(agent.id(), "timer", 7, "0c")).isFalse();
            }
        }
    }

    @Test
    void aLaterTimeWinsAndTheRestIsWrittenAtTheEnd() {
        try (var fleet = new TestFleet(folder)) {
            AgentRecord agent = fleet.join(TestDevice.create(), "till");
            try (var lastSeen = LastSeen.start(fleet.agents, fleet.clock)) {
                fleet.clock.advance(Duration.ofMinutes(5));
                lastSeen.heard(agent.id());
            }
            fleet.agents.heard(Map.of(agent.id(), TestFleet.NOW), Map.of(), Map.of());

            try (var again = LastSeen.start(fleet.agents, fleet.clock)) {
                assertThat(again.lastHeard(agent.id())).contains(TestFleet.NOW.plus(Duration.ofMinutes(5)));
            }
        }
    }
}
