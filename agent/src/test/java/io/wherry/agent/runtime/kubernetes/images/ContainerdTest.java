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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is made of the program's answers. The real one takes a real image in KubernetesRuntimeIT. */
class ContainerdTest {
    @TempDir
    Path temp;

    private final LoadableImage web = Carried.image("web:1");

    /** A program in the place of ctr. */
    private Containerd saying(String script) throws IOException {
        Path program = Files.writeString(temp.resolve("ctr"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return new Containerd(Path.of("/run/containerd/containerd.sock"), List.of(program));
    }

    private String listed(String digest) {
        return "echo 'REF TYPE DIGEST SIZE PLATFORMS LABELS'; echo 'docker.io/library/web:1 "
                + "application/vnd.oci.image.manifest.v1+json " + digest + " 1.0 MiB linux/amd64 -'";
    }

    @Test
    void anImageIsThereByItsNameWithThatContentAlone() throws IOException {
        assertThat(saying(listed(web.image().manifest().toString())).has(web.image()))
                .isTrue();
        assertThat(saying(listed("sha256:" + "0".repeat(64))).has(web.image())).isFalse();
        assertThat(saying("true").has(web.image())).isFalse();
    }

    @Test
    void itIsAskedWithAnEmptyEnvironmentAndNoShell() throws IOException {
        saying("{ echo \"$@\"; /usr/bin/env; } >" + temp + "/asked").has(web.image());

        assertThat(Files.readAllLines(temp.resolve("asked")))
                .contains(
                        "--address /run/containerd/containerd.sock --namespace k8s.io images ls name==\"docker.io/library/web:1\"")
                .noneMatch(line -> line.startsWith("HOME=") || line.startsWith("JAVA_HOME="));
    }

    @Test
    void theArchiveGoesThroughStandardInput() throws IOException {
        Containerd containerd = saying("case \"$*\" in *import*) exec /bin/cat >" + temp + "/archive ;; esac; [ ! -e "
                + temp + "/archive ] || { " + listed(web.image().manifest().toString()) + "; }");

        containerd.load(web);

        assertThat(Files.readAllBytes(temp.resolve("archive")))
                .isEqualTo(web.archive("docker.io/library/web:1").readAllBytes());
    }

    @Test
    void oneThatIsTakenInAndIsNotThereIsNoSuccess() throws IOException {
        Containerd containerd = saying("case \"$*\" in *import*) /bin/cat >/dev/null ;; esac");

        assertThatThrownBy(() -> containerd.load(web)).hasMessageContaining("took image web:1, but has it not");
    }

    @Test
    void whatItSaysIsTheReason() throws IOException {
        Containerd closed =
                saying("echo 'ctr: failed to dial \"/run/containerd/containerd.sock\": permission denied' >&2; exit 1");

        assertThatThrownBy(() -> closed.has(web.image())).isInstanceOfSatisfying(RuntimeUnavailable.class, e -> {
            assertThat(e.reason()).isEqualTo(RuntimeReason.RUNTIME_FORBIDDEN);
            assertThat(e).hasMessageContaining("permission denied", "may open that socket");
        });
    }

    @Test
    void anImageThatBreaksOffIsNoSuccessEither() throws IOException {
        LoadableImage broken = Carried.image("web:1", "{}".getBytes(UTF_8), "layer".getBytes(UTF_8), _ -> {
            throw new IOException("the stick is gone");
        });
        Containerd containerd = saying("case \"$*\" in *import*) /bin/cat >/dev/null ;; esac");

        assertThatThrownBy(() -> containerd.load(broken))
                .isInstanceOf(RuntimeUnavailable.class)
                .hasMessageContaining("the stick is gone");
    }

    @Test
    void aProgramThatIsMissingIsNamed() {
        Containerd none = new Containerd(Path.of("/run/c.sock"), List.of(temp.resolve("ctr")));

        assertThatThrownBy(() -> none.has(web.image())).hasMessageContaining("needs the program ctr");
    }
}
