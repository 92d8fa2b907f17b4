package io.wherry.agent.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state folder of an agent of the time of the hub's schema version 12, apart from its keys, in the hands of this one. Never change what is kept of it. */
class OldStateTest {
    @TempDir
    Path temp;

    @BeforeEach
    void asItWasLeft() throws IOException, URISyntaxException {
        Path kept = Path.of(Objects.requireNonNull(getClass().getResource("/old/agent"), "kept")
                .toURI());
        StateFolder.open(temp.resolve("data"), "test").close(); // with the right owner and mode
        try (Stream<Path> files = Files.walk(kept)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = temp.resolve("data").resolve(kept.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    @Test
    void isReadWhole() throws IOException {
        assertThat(StateVersions.problems(temp.resolve("data"))).isEmpty();
        try (StateFolder folder = StateFolder.open(temp.resolve("data"), "test")) {
            DurableStore store = new DurableStore(folder);
            DeviceKeys keys = DeviceKeys.openOrMake(folder);
            boundTo(keys.identityHash());

            AgentState state = AgentState.open(folder, store, keys);

            assertThat(state.membership().name()).isEqualTo("till-7");
            assertThat(state.membership().hubs()).containsExactly("hub.example:28444", "localhost:28444");
            assertThat(state.root().version()).isEqualTo(1);
            assertThat(state.floor().sequence()).isEqualTo(3);
            assertThat(state.floor().releaseCounters().values()).containsExactlyInAnyOrder(3L, 2L);
            assertThat(state.adopted().orElseThrow().entries())
                    .extracting(entry -> entry.name() + " " + entry.generation())
                    .containsExactlyInAnyOrder("shop 3", "till 2");
            assertThat(Journal.open(folder, store).all())
                    .extracting(StackRecord::step)
                    .containsExactly(Step.COMMITTED, Step.COMMITTED);
        }
    }

    /** Of its keys nothing is kept: the floors are bound to those that were made now. */
    private void boundTo(Digest key) throws IOException {
        Path floors = temp.resolve("data").resolve("floors.json");
        Files.writeString(
                floors, Files.readString(floors).replaceFirst("\"key\":\"[^\"]*\"", "\"key\":\"" + key + "\""));
    }
}
