package io.wherry.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

class FullDiskTest {
    @Test
    void knowsAFullDiskByWhatKernelAndDatabaseSayOfItHoweverDeep() {
        assertThat(FullDisk.isCauseOf(new IOException("No space left on device")))
                .isTrue();
        assertThat(FullDisk.isCauseOf(
                        new IllegalStateException("x", new FileSystemException("/x", null, "No space left on device"))))
                .isTrue();
        assertThat(FullDisk.isCauseOf(new IllegalStateException(
                        new IllegalStateException("[SQLITE_FULL] Insertion failed because database is full"))))
                .isTrue();
    }

    @Test
    void anotherFailureIsNone() {
        assertThat(FullDisk.isCauseOf(new IOException("Input/output error"))).isFalse();
        assertThat(FullDisk.isCauseOf(new IllegalStateException())).isFalse();
    }

    @Test
    void endsWhereCausesGoInACircle() {
        IllegalStateException first = new IllegalStateException("first");
        first.initCause(new IllegalStateException("second", first));

        assertThat(FullDisk.isCauseOf(first)).isFalse();
    }
}
