package io.wherry.base;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream on a thread of its own, a few pieces ahead of its reader: what makes the bytes (TLS) and what is done with them (digests, a disk) go on side by side.
 *
 * <p>Takes {@value #PIECES} times {@value #PIECE_BYTES} bytes of memory. Read by one thread. Waits as long as the source does: its limits are the limits.
 */
public final class ReadAhead extends InputStream {
    private static final int PIECE_BYTES = 256 << 10;
    private static final int PIECES = 8;

    private final InputStream source;
    private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(PIECES);
    private final BlockingQueue<Piece> filled = new ArrayBlockingQueue<>(PIECES + 1); // and the last word
    private final Thread thread;
    private Piece piece = new Piece(new byte[0], 0, null);
    private int position;

    /**
     * @param length  of the bytes; negative: there are no more
     * @param failure why there are no more, if that is not the end of the stream
     */
    private record Piece(byte[] bytes, int length, @Nullable Throwable failure) {}

    private ReadAhead(InputStream source) {
        this.source = source;
        for (int i = 0; i < PIECES; i++) {
            free.add(new byte[PIECE_BYTES]);
        }
        this.thread = Threads.named("read-ahead").unstarted(this::fill);
    }

    /** @param source closed with this stream */
    public static ReadAhead of(InputStream source) {
        ReadAhead ahead = new ReadAhead(source);
        ahead.thread.start();
        return ahead;
    }

    /** For tests. */
    Thread thread() {
        return thread;
    }

    private void fill() {
        Throwable failure = null;
        try {
            while (true) {
                byte[] bytes = free.take();
                if (!fill(bytes)) {
                    break;
                }
            }
        } catch (InterruptedException e) {
            return; // closed: nobody reads on
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        }
        filled.add(new Piece(new byte[0], -1, failure));
    }

    /** A whole piece, if there is so much: a record of TLS at a time, the handing over would cost more than the copying. What came before a failure is handed over. */
    private boolean fill(byte[] bytes) throws IOException, InterruptedException {
        int length = 0;
        try {
            while (length < bytes.length) {
                int read = source.read(bytes, length, bytes.length - length);
                if (read < 0) {
                    return false;
                }
                length += read;
            }
            return true;
        } finally {
            if (length > 0) {
                filled.put(new Piece(bytes, length, null));
            }
        }
    }

    @Override
    public int read() throws IOException {
        return hasMore() ? piece.bytes()[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        if (!hasMore()) {
            return -1;
        }
        int copied = Math.min(length, piece.length() - position);
        System.arraycopy(piece.bytes(), position, bytes, offset, copied);
        position += copied;
        return copied;
    }

    private boolean hasMore() throws IOException {
        while (position == piece.length()) {
            try {
                if (piece.bytes().length > 0) {
                    free.put(piece.bytes());
                }
                piece = filled.take();
                position = 0;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while reading");
            }
        }
        return switch (piece.failure()) {
            case null -> piece.length() >= 0;
            case IOException e -> throw e;
            case Throwable e -> throw new IOException("cannot be read: " + e, e);
        };
    }

    @Override
    public void close() throws IOException {
        thread.interrupt();
        source.close();
    }
}
