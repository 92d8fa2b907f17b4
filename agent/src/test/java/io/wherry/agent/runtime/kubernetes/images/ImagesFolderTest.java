package io.wherry.agent.runtime.kubernetes.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.agent.runtime.LoadableImage;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagesFolderTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    Path temp;

    private final LoadableImage web = Carried.image("web:1");

    private ImagesFolder folder(Duration keepFor) {
        return new ImagesFolder(temp, keepFor, InstantSource.fixed(NOW));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(temp)) {
            return files.sorted().toList();
        }
    }

    @Test
    void anImageLiesThereWholeUnderTheNameThatPodsCallItBy() throws IOException {
        ImagesFolder folder = folder(Duration.ZERO);
        assertThat(folder.has(web.image())).isFalse();

        folder.load(web);
        folder.load(web);

        assertThat(folder.has(web.image())).isTrue();
        assertThat(files()).hasSize(1);
        assertThat(Files.readString(files().getFirst(), java.nio.charset.StandardCharsets.ISO_8859_1))
                .contains("\"io.containerd.image.name\":\"docker.io/library/web:1\"", "layer of web:1");
        assertThat(folder.has(Carried.image("web:2").image())).isFalse();
    }

    @Test
    void oneThatBreaksOffLeavesNothing() throws IOException {
        LoadableImage broken = Carried.image("web:1", "{}".getBytes(UTF_8), "layer".getBytes(UTF_8), _ -> {
            throw new IOException("the stick is gone");
        });

        assertThatThrownBy(() -> folder(Duration.ZERO).load(broken))
                .isInstanceOfSatisfying(RuntimeUnavailable.class, e -> {
                    assertThat(e.reason()).isEqualTo(RuntimeReason.FILE_UNWRITABLE);
                    assertThat(e).hasMessageContaining("web:1", "the stick is gone");
                });
        assertThat(files()).isEmpty();
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        ImagesFolder missing = new ImagesFolder(temp.resolve("none"), Duration.ZERO, InstantSource.fixed(NOW));

        assertThatThrownBy(() -> missing.load(web)).hasMessageContaining("none", "kubernetes.imagesFolder");
        assertThat(missing.has(web.image())).isFalse();
        assertThat(missing.staged(Set.of("web:1"))).isEmpty();
        assertThat(missing.collect(Set.of())).isEmpty();
    }

    @Test
    void whatAStackNamesIsMarkedAsUsed() throws IOException {
        ImagesFolder folder = folder(Duration.ofDays(7));
        folder.load(web);
        folder.load(Carried.image("other:1"));
        files().forEach(file -> age(file, Duration.ofDays(30)));

        assertThat(folder.staged(Set.of("docker.io/library/web:1", "absent:1")))
                .isEqualTo(
                        Map.of("docker.io/library/web:1", web.image().manifest().toString()));

        assertThat(folder.collect(Set.of())).hasSize(1);
        assertThat(folder.has(web.image())).isTrue();
    }

    @Test
    void onlyWhatIsOursOldAndNotNeededGoes() throws IOException {
        ImagesFolder folder = folder(Duration.ZERO);
        Path foreign = Files.writeString(temp.resolve("airgap.tar"), "somebody else's");
        Path alike = Files.writeString(temp.resolve("wherry-mine.tar"), "somebody else's");
        LoadableImage needed = Carried.image("needed:1");
        LoadableImage old = Carried.image("old:1");
        folder.load(needed);
        folder.load(old);
        for (Path file : files()) {
            age(file, Duration.ofHours(2));
        }
        LoadableImage fresh = Carried.image("fresh:1"); // its assignment is not adopted yet
        folder.load(fresh);

        assertThat(folder.collect(Set.of(needed.image().manifest().toString()))).hasSize(1);

        assertThat(folder.has(old.image())).isFalse();
        assertThat(folder.has(needed.image())).isTrue();
        assertThat(folder.has(fresh.image())).isTrue();
        assertThat(foreign).exists();
        assertThat(alike).exists();
    }

    private static void age(Path file, Duration age) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(NOW.minus(age)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
