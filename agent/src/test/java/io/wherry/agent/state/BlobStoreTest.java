package io.wherry.agent.state;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobStoreTest {
    private static final byte[] CONTENT = "services: {web: {image: shop}}".getBytes(UTF_8);
    private static final Digest NAME = Digest.of(CONTENT);

    @TempDir
    Path temp;

    private StateFolder folder;
    private BlobStore blobs;

    @BeforeEach
    void open() {
        folder = StateFolder.open(temp.resolve("data"), "test");
        blobs = new BlobStore(folder);
    }

    @AfterEach
    void close() {
        folder.close();
    }

    @Test
    void goesOnWhereAFetchWasCut() {
        blobs.append(NAME, 0, slice(0, 10));
        BlobStore afterRestart = new BlobStore(folder);
        assertThat(afterRestart.resumeAt(NAME)).isEqualTo(10);
        afterRestart.append(NAME, 10, slice(10, CONTENT.length));
        assertThat(afterRestart.has(NAME)).isFalse();
        assertThat(afterRestart.finish(NAME)).isTrue();
        assertThat(afterRestart.read(NAME, 1024)).isEqualTo(CONTENT);
    }

    @Test
    void refusesBytesThatDoNotFollow() {
        blobs.append(NAME, 0, slice(0, 10));
        assertThatThrownBy(() -> blobs.append(NAME, 5, slice(5, 10))).hasMessageContaining("expected: 10");
    }

    @Test
    void discardsBytesThatAreNotWhatTheNameSays() {
        blobs.append(NAME, 0, "something else".getBytes(UTF_8));
        assertThat(blobs.finish(NAME)).isFalse();
        assertThat(blobs.resumeAt(NAME)).isZero();
        assertThat(blobs.has(NAME)).isFalse();
    }

    @Test
    void neverReturnsABlobThatRottedOnTheDisk() throws IOException {
        put();
        Files.write(blobs.path(NAME), "rotten".getBytes(UTF_8));
        assertThatThrownBy(() -> blobs.read(NAME, 1024)).hasMessageContaining("damaged");
        assertThat(blobs.has(NAME)).isFalse();
    }

    @Test
    void keepsWhatIsNamedAndDeletesTheRest() {
        put();
        Digest statement = Digest.of("payload".getBytes(UTF_8));
        Digest other = Digest.of("other".getBytes(UTF_8));
        blobs.putStatement(statement, "envelope".getBytes(UTF_8));
        blobs.putStatement(other, "envelope".getBytes(UTF_8));
        assertThat(blobs.keepOnly(Set.of(NAME, statement))).isEqualTo(1);
        assertThat(blobs.has(NAME)).isTrue();
        assertThat(blobs.hasStatement(statement)).isTrue();
        assertThat(blobs.hasStatement(other)).isFalse();
    }

    @Test
    void storesAnEmptyBlob() {
        Digest empty = Digest.of(new byte[0]);
        assertThat(blobs.finish(empty)).isTrue();
        assertThat(blobs.read(empty, 0)).isEmpty();
    }

    private void put() {
        blobs.append(NAME, 0, CONTENT);
        assertThat(blobs.finish(NAME)).isTrue();
    }

    private static byte[] slice(int from, int to) {
        return java.util.Arrays.copyOfRange(CONTENT, from, to);
    }
}
