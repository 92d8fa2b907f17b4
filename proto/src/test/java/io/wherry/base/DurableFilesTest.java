package io.wherry.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {
    @TempDir
    Path folder;

    private String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void writesAndReplacesForTheOwnerAlone() throws IOException {
        Path file = folder.resolve("state");
        DurableFiles.write(file, new byte[] {1});
        DurableFiles.write(file, new byte[] {2, 3});

        assertThat(file).hasBinaryContent(new byte[] {2, 3});
        assertThat(mode(file)).isEqualTo("rw-------");
    }

    @Test
    void aReadableFileIsReadableByEveryone() throws IOException {
        Path file = folder.resolve("ca.crt");
        DurableFiles.writeReadable(file, new byte[] {1});

        assertThat(mode(file)).isEqualTo("rw-r--r--");
    }

    @Test
    void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
        Path directory = Files.createDirectory(folder.resolve("taken"));
        Files.write(directory.resolve("inside"), new byte[] {1});

        assertThatThrownBy(() -> DurableFiles.write(directory, new byte[] {2})).isInstanceOf(IOException.class);

        assertThat(directory.resolve("inside")).hasBinaryContent(new byte[] {1});
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(directory);
        }
    }

    @Test
    void aMissingFolderIsNamed() {
        assertThatThrownBy(() -> DurableFiles.write(folder.resolve("none/state"), new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none");
    }

    @Test
    void neverTakesThePlaceOfADeviceAPipeOrASocket() throws IOException {
        Path socket = folder.resolve("socket");
        Path from = Files.write(folder.resolve("from"), new byte[] {1});
        try (var listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(socket));

            assertThatThrownBy(() -> DurableFiles.move(from, socket)).hasMessageContaining("no file replaces");
            assertThatThrownBy(() -> DurableFiles.write(socket, new byte[] {1}))
                    .hasMessageContaining("no file replaces");
        }
        assertThat(socket).exists();
        assertThat(Files.isRegularFile(socket)).isFalse();
        assertThat(from).hasBinaryContent(new byte[] {1});
    }

    @Test
    void movesOverAnOldFile() throws IOException {
        Path from = Files.write(folder.resolve("from"), new byte[] {1});
        Path to = Files.write(folder.resolve("to"), new byte[] {2});

        DurableFiles.move(from, to);

        assertThat(to).hasBinaryContent(new byte[] {1});
        assertThat(from).doesNotExist();
    }
}
