package io.wherry.hub.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleStoreTest {
    @TempDir
    Path directory;

    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private BundleStore store;

    @BeforeEach
    void open() {
        store = BundleStore.open(directory, () -> now);
    }

    @Test
    void givesBackWhatWasPut() throws IOException {
        Digest digest = store.put("hello".getBytes(UTF_8));

        assertThat(digest).isEqualTo(Digest.of("hello".getBytes(UTF_8)));
        assertThat(store.has(digest)).isTrue();
        assertThat(store.size(digest)).hasValue(5);
        try (var bytes = store.open(digest).orElseThrow()) {
            assertThat(bytes.readAllBytes()).isEqualTo("hello".getBytes(UTF_8));
        }
    }

    @Test
    void saysThatABlobIsNotHere() {
        Digest unknown = Digest.of("unknown".getBytes(UTF_8));

        assertThat(store.has(unknown)).isFalse();
        assertThat(store.open(unknown)).isEmpty();
        assertThat(store.read(unknown)).isEmpty();
        assertThat(store.size(unknown)).isEmpty();
    }

    @Test
    void keepsBlobsOverARestartAndRemovesHalfWrittenFiles() throws IOException {
        Digest digest = store.put("hello".getBytes(UTF_8));
        Path half = directory.resolve(digest.hex().substring(0, 1)).resolve(".half.tmp");
        Files.writeString(half, "hel");

        BundleStore again = BundleStore.open(directory, () -> now);

        assertThat(again.read(digest)).contains("hello".getBytes(UTF_8));
        assertThat(half).doesNotExist();
    }

    @Test
    void collectsOnlyWhatNobodyNeedsAndWhatIsOldEnough() {
        Digest needed = store.put("needed".getBytes(UTF_8));
        Digest old = store.put("old".getBytes(UTF_8));
        now = now.plus(BundleStore.GRACE).plus(Duration.ofMinutes(1));
        Digest young = store.put("young".getBytes(UTF_8));

        var collected = store.collect(Set.of(needed));

        assertThat(collected).isEqualTo(new BundleStore.Collected(1, 3));
        assertThat(store.has(needed)).isTrue();
        assertThat(store.has(old)).isFalse();
        assertThat(store.has(young)).isTrue();
    }

    @Test
    void aBlobThatIsPutAgainIsYoungAgain() {
        Digest digest = store.put("again".getBytes(UTF_8));
        now = now.plus(BundleStore.GRACE).plus(Duration.ofMinutes(1));
        store.put("again".getBytes(UTF_8));

        store.collect(Set.of());

        assertThat(store.has(digest)).isTrue();
    }

    @Test
    void leavesNothingBehindOfWhatItCouldNotStore() throws IOException {
        Map<Digest, byte[]> blobs = new TreeMap<>(Comparator.comparing(Digest::hex));
        for (int i = 0; i < 40; i++) {
            byte[] blob = {(byte) i};
            blobs.put(Digest.of(blob), blob);
        }
        Files.writeString(directory.resolve("f"), "a file where the folder should be");

        assertThatThrownBy(() -> store.putAll(blobs)).isInstanceOf(BundleStoreException.class);

        try (var files = Files.walk(directory)) {
            assertThat(files.filter(Files::isRegularFile)).containsExactly(directory.resolve("f"));
        }
    }

    @Test
    void namesTheFileWhenTheDiskRefuses() throws IOException {
        Digest digest = Digest.of("x".getBytes(UTF_8));
        Files.writeString(directory.resolve(digest.hex().substring(0, 1)), "a file where the folder should be");

        assertThatThrownBy(() -> store.putAll(Map.of(digest, "x".getBytes(UTF_8))))
                .isInstanceOf(BundleStoreException.class)
                .hasMessageContaining(digest.hex());
    }
}
