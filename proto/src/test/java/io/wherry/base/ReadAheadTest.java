package io.wherry.base;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.SocketTimeoutException;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
    private static final int MORE_THAN_IT_HOLDS = 5 << 20;

    @Test
    void givesTheSameBytesInWhateverPiecesTheyAreAskedFor() throws IOException {
        byte[] bytes = random(MORE_THAN_IT_HOLDS);
        try (InputStream in = ReadAhead.of(new ByteArrayInputStream(bytes))) {
            assertArrayEquals(bytes, in.readAllBytes());
            assertEquals(-1, in.read());
            assertEquals(-1, in.read(new byte[1], 0, 1));
        }
        byte[] one = new byte[70_000];
        try (InputStream in = ReadAhead.of(new ByteArrayInputStream(bytes))) {
            one[0] = (byte) in.read();
            assertEquals(one.length - 1, in.readNBytes(one, 1, one.length - 1));
        }
        assertArrayEquals(java.util.Arrays.copyOf(bytes, one.length), one);
    }

    @Test
    void aSourceThatFailsFailsBehindItsLastByte() throws IOException {
        IOException late = new SocketTimeoutException("nothing came");
        try (InputStream in =
                ReadAhead.of(new SequenceInputStream(new ByteArrayInputStream(random(1000)), failing(late)))) {
            assertEquals(1000, in.readNBytes(1000).length);
            assertSame(late, assertThrows(IOException.class, in::read));
            assertSame(late, assertThrows(IOException.class, in::read));
        }
    }

    @Test
    void aSourceThatBreaksKeepsNobodyWaiting() throws IOException {
        IllegalStateException broken = new IllegalStateException("broken");
        try (InputStream in = ReadAhead.of(failing(broken))) {
            assertSame(broken, assertThrows(IOException.class, in::read).getCause());
        }
    }

    @Test
    void whoClosesItEndsTheReadingToo() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 0;
            }

            @Override
            public void close() {
                closed.countDown();
            }
        };
        Thread reader;
        try (ReadAhead in = ReadAhead.of(endless)) {
            assertEquals(0, in.read());
            reader = in.thread();
        }
        closed.await();
        reader.join();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static InputStream failing(Exception failure) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                if (failure instanceof IOException e) {
                    throw e;
                }
                throw (RuntimeException) failure;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return read();
            }
        };
    }
}
