package io.wherry.e2e.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.state.Step;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many schedules of one hub, one link and one agent, each made up by its seed. One that fails names its seed; {@code -Dsimulation.seed=N} plays it again,
 * {@code -Dsimulation.count=N} plays so many, from {@code -Dsimulation.first=N} on. More of them: {@code e2e/reliability/simulation.sh}.
 */
@Tag("long")
class SimulationTest {
    /** Some seconds of every verification. */
    private static final int COUNT = 100;

    /** Where a death leaves something to go on with. */
    private static final Step[] TRANSITIONS = {
        Step.FETCHING, Step.VERIFIED, Step.STAGED, Step.APPLYING, Step.PROBING, Step.COMMITTED
    };

    @Test
    void comesRightWhateverWentWrong() {
        Long only = Long.getLong("simulation.seed");
        long first = only != null ? only : Long.getLong("simulation.first", 1);
        long count = only != null ? 1 : Long.getLong("simulation.count", COUNT);
        Simulation.Result result = Simulation.play(first, count);
        System.out.println(result);
        assertThat(result.failed()).isEmpty();
        if (count >= COUNT) { // a simulation in which nothing happens shows nothing
            assertThat(result.tally().powerCuts).isGreaterThan((int) count / 2);
            assertThat(result.tally().hubDeaths).isGreaterThan((int) count / 2);
            assertThat(result.tally().deathsAt).containsKeys(TRANSITIONS);
        }
    }

    @Test
    void aSeedTellsTheSameStoryTwice() throws IOException {
        try (Databases databases = new Databases()) {
            assertThat(Simulation.play(7, databases).story())
                    .isEqualTo(Simulation.play(7, databases).story());
        }
    }
}
