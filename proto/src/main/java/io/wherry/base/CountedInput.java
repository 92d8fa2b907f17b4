package io.wherry.base;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** A stream that tells how much was read or skipped of it, in bytes since it was last told. */
public final class CountedInput extends FilterInputStream {
    private final LongConsumer more;

    /** @param more called after each read that gave something, by the thread that reads */
    public CountedInput(InputStream in, LongConsumer more) {
        super(in);
        this.more = more;
    }

    @Override
    public int read() throws IOException {
        int single = super.read();
        if (single >= 0) {
            more.accept(1);
        }
        return single;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = super.read(bytes, offset, length);
        if (read > 0) {
            more.accept(read);
        }
        return read;
    }

    @Override
    public long skip(long bytes) throws IOException {
        long skipped = super.skip(bytes);
        if (skipped > 0) {
            more.accept(skipped);
        }
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false; // what is read again would be counted again
    }
}
