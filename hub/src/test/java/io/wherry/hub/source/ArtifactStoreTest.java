package io.wherry.hub.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Artifacts in a mirror: which stay, and what one that breaks off leaves. */
class ArtifactStoreTest {
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

    @TempDir
    Path folder;

    @Test
    void keepsWhatIsNeededAndTheHundredNewestOfTheOthers() throws IOException {
        IsolatedSystemReader.install(() -> NOON);
        try (GitMirror mirror = GitMirror.open(folder.resolve("m"), GitLimits.DEFAULT)) {
            ArtifactStore store = new ArtifactStore(mirror);
            Digest deployed = put(store, -2);
            Digest oldest = put(store, -1);
            for (int i = 0; i < ArtifactStore.MAX_KEPT; i++) {
                put(store, i);
            }

            store.collect(Set.of(deployed.toString()));

            assertThat(store.find(deployed)).isPresent();
            assertThat(store.find(oldest)).isEmpty();
            assertThat(store.find(digest(0))).isPresent();
            assertThat(store.find(digest(ArtifactStore.MAX_KEPT - 1))).isPresent();
        }
    }

    @Test
    void whatBreaksOffLeavesNothing() throws IOException {
        IsolatedSystemReader.install(() -> NOON);
        try (GitMirror mirror = GitMirror.open(folder.resolve("m"), GitLimits.DEFAULT)) {
            ArtifactStore store = new ArtifactStore(mirror);
            long before = mirror.sizeBytes();

            assertThatThrownBy(() -> store.put(
                            digest(1),
                            facts(),
                            into -> {
                                into.add("a", new byte[100_000], false);
                                throw new IOException("broke off");
                            },
                            NOON))
                    .hasMessage("broke off");

            assertThat(store.find(digest(1))).isEmpty();
            assertThat(mirror.sizeBytes()).isEqualTo(before);
        }
    }

    private static Digest put(ArtifactStore store, int number) throws IOException {
        byte[] content = String.valueOf(number).getBytes(UTF_8);
        store.put(digest(number), facts(), into -> into.add("n", content, false), NOON.plusSeconds(number));
        return digest(number);
    }

    private static Digest digest(int number) {
        return Digest.of(String.valueOf(number).getBytes(UTF_8));
    }

    private static ArtifactStore.Facts facts() {
        return new ArtifactStore.Facts("one", NOON, Revision.UNCHECKED);
    }
}
