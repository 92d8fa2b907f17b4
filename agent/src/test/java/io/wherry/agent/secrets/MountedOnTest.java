package io.wherry.agent.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MountedOnTest {
    /** As a service sees it whose folder below {@code /run} is mounted on itself. */
    private static final List<String> SANDBOX = List.of(
            "600 1 0:50 / / ro,relatime shared:1 - overlay overlay rw",
            "601 600 0:51 / /run ro,nosuid - tmpfs tmpfs rw",
            "602 601 0:51 /wherry-agent /run/wherry-agent rw,nosuid shared:7 master:1 - tmpfs tmpfs rw",
            "603 600 8:1 /data /mnt/two\\040words rw - ext4 /dev/sda1 rw",
            "604 600 0:52 / /mnt/two\\040words rw - ramfs none rw",
            "605 600 0:53 / /runs rw - xfs none rw");

    private static String at(String path) {
        return MountedOn.type(Path.of(path), SANDBOX).orElse("none");
    }

    @Test
    void takesTheNearestAndOfSeveralAtOnePlaceTheLast() {
        assertThat(at("/run/wherry-agent/secrets")).isEqualTo("tmpfs");
        assertThat(at("/var/lib")).isEqualTo("overlay");
        assertThat(at("/mnt/two words/x")).isEqualTo("ramfs");
        assertThat(at("/runs")).isEqualTo("xfs");
        assertThat(MountedOn.type(Path.of("/"), List.of())).isEmpty();
    }

    @Test
    void readsTheKernelsList() throws IOException {
        assertThat(MountedOn.type(Path.of("/proc"))).isEqualTo("proc");
        assertThat(MountedOn.type(Path.of("/dev/shm"))).isEqualTo("tmpfs");
    }
}
