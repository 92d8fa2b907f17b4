package io.wherry.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CausesTest {
    @TempDir
    Path folder;

    @Test
    void saysWhatTheDiskSaidAndNotOnlyWhere() {
        assertThat(Causes.words(new AccessDeniedException("/x"))).isEqualTo("permission denied");
        assertThat(Causes.named(new AccessDeniedException("/x"))).isEqualTo("/x: permission denied");
        assertThat(Causes.words(new FileSystemException("/x", null, "No space left on device")))
                .isEqualTo("No space left on device");
    }

    @Test
    void explainsWhatASticksFileSystemDoesNotHold() {
        String words = "File too large for its file system (FAT ends at 4 GiB; exFAT and ext4 do not)";
        assertThat(Causes.words(new IOException("File too large"))).isEqualTo(words);
        assertThat(Causes.named(new FileSystemException("/x", null, "File too large")))
                .isEqualTo("/x: " + words);
    }

    @Test
    void tellsAMissingFileFromAMissingFolder() {
        Throwable file = catchThrowable(() -> Files.readString(folder.resolve("x")));
        Throwable deeper = catchThrowable(() -> Files.writeString(folder.resolve("a/x"), "text"));

        assertThat(Causes.words(file)).isEqualTo("it does not exist");
        assertThat(Causes.words(deeper)).isEqualTo("folder " + folder.resolve("a") + " does not exist");
    }

    @Test
    void neverSaysNothingAndNeverTheNameOfAClass() {
        assertThat(Causes.words(new ClosedChannelException())).isEqualTo("closed channel");
        assertThat(Causes.words(new EOFException())).isEqualTo("it ends too early");
        assertThat(Causes.words(new UncheckedIOException(new AccessDeniedException("/x"))))
                .isEqualTo("/x: permission denied");
        assertThat(Causes.words(new IOException(new AccessDeniedException("/x"))))
                .isEqualTo("permission denied");
    }
}
