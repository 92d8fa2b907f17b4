package io.wherry.agent.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.base.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {
    @TempDir
    Path temp;

    private Path data;

    @BeforeEach
    void choose() {
        data = temp.resolve("data");
    }

    @Test
    void isItsOwnersAlone() throws IOException {
        try (StateFolder folder = StateFolder.open(data, "site-1")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.root())))
                    .isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.folder("blobs"))))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void refusesASecondAgentAndNamesTheFirst() {
        try (StateFolder first = StateFolder.open(data, "site-1")) {
            assertThat(StateFolder.isLocked(first.root())).isTrue();
            assertThatThrownBy(() -> StateFolder.open(data, "site-2"))
                    .isInstanceOfSatisfying(
                            StateException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.BLOCKED))
                    .hasMessageContaining(
                            "\"site-1\" (process " + ProcessHandle.current().pid() + ")")
                    .hasMessageContaining("--data");
        }
        assertThat(StateFolder.isLocked(data)).isFalse();
        StateFolder.open(data, "site-2").close();
    }

    @Test
    void waitsForACommandThatHoldsItForAMoment() throws Exception {
        StateFolder command = StateFolder.open(data, "site-1");
        try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<StateFolder> daemon = other.submit(() -> StateFolder.open(data, "site-1"));
            assertThatThrownBy(() -> daemon.get(100, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            command.close();
            daemon.get().close();
        }
    }

    @Test
    void refusesAFolderThatOthersMayEnterAndNamesTheCommand() throws IOException {
        Files.createDirectory(data);
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-x---"));
        assertThatThrownBy(() -> StateFolder.open(data, "site-1"))
                .isInstanceOfSatisfying(
                        StateException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DENIED))
                .hasMessageContaining("chmod 700 " + data);
    }

    @Test
    void refusesAFolderOfAnotherUserAndNamesTheCommand() throws IOException {
        Files.createDirectory(data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        int owner = (Integer) Files.getAttribute(data, "unix:uid");
        assertThatThrownBy(() -> StateFolder.checkOwner(data, owner + 1))
                .hasMessageContaining("owned by user id " + owner)
                .hasMessageContaining("chown -R " + (owner + 1) + " " + data);
    }

    @Test
    void holdsRealSpaceBackAndGivesItUp() throws IOException {
        Ballast ballast = new Ballast(temp.resolve("ballast"));
        assertThat(ballast.take()).isTrue();
        long blocks = 512L * (Long) Files.getAttribute(temp.resolve("ballast"), "unix:size") / 512;
        assertThat(blocks).isEqualTo(Ballast.SIZE_BYTES);
        assertThat(ballast.release()).isTrue();
        assertThat(ballast.release()).isFalse();
    }
}
