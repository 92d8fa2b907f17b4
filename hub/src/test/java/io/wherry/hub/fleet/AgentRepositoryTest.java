package io.wherry.hub.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.AgentId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentRepositoryTest {
    @TempDir
    Path folder;

    private TestFleet fleet;

    @BeforeEach
    void open() {
        fleet = new TestFleet(folder);
    }

    @AfterEach
    void close() {
        fleet.close();
    }

    private AgentId join(String name) {
        return fleet.join(TestDevice.create(), name).id();
    }

    /** Here, and by what a hub that starts anew reads. */
    private List<Optional<AgentId>> bearing(String name) {
        return List.of(
                fleet.agents.findByName(name).map(AgentRecord::id),
                new AgentRepository(fleet.database).findByName(name).map(AgentRecord::id));
    }

    @Test
    void aNameIsItsBearersUntilItHasAnotherOrGoes() {
        AgentId first = join("oslo");
        assertThat(bearing("oslo")).containsOnly(Optional.of(first));

        fleet.decisions.rename("oslo", "bergen", TestFleet.ACTOR);
        AgentId second = join("oslo");
        assertThat(bearing("oslo")).containsOnly(Optional.of(second));
        assertThat(bearing("bergen")).containsOnly(Optional.of(first));

        fleet.decisions.retire("bergen", TestFleet.ACTOR);
        assertThat(bearing("bergen")).containsOnly(Optional.empty());
        AgentId third = join("bergen");
        assertThat(bearing("bergen")).containsOnly(Optional.of(third));
        fleet.agents.changed(first); // of one that is gone, late
        assertThat(bearing("bergen")).containsOnly(Optional.of(third));
        assertThat(fleet.agents.list()).hasSize(3);
    }
}
