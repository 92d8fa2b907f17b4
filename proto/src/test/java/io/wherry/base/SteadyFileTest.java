package io.wherry.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SteadyFileTest {
    @TempDir
    Path folder;

    @Test
    void keepsEveryByteAlsoOverManySyncs() throws IOException {
        Path file = folder.resolve("large");
        Files.writeString(file, "what was there before");
        byte[] piece = new byte[(1 << 20) + 1];
        new Random(1).nextBytes(piece);

        try (SteadyFile steady = SteadyFile.create(file)) {
            steady.write(7);
            for (int i = 0; i < 80; i++) {
                steady.write(piece);
            }
            steady.sync();
            assertThat(steady.channel().size()).isEqualTo(1 + 80L * piece.length);
        }

        byte[] kept = Files.readAllBytes(file);
        assertThat(kept[0]).isEqualTo((byte) 7);
        for (int i = 0; i < 80; i++) {
            assertThat(java.util.Arrays.mismatch(
                            piece, 0, piece.length, kept, 1 + i * piece.length, 1 + (i + 1) * piece.length))
                    .isEqualTo(-1);
        }
    }

    @Test
    void whatCannotBeWrittenOrSyncedIsTold() throws IOException {
        SteadyFile steady = SteadyFile.create(folder.resolve("lost"));
        steady.channel().close();

        assertThatThrownBy(() -> steady.write(1)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(steady::sync).isInstanceOf(ClosedChannelException.class);
    }
}
