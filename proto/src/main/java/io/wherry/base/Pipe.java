package io.wherry.base;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;

/**
 * Standard output as a command sees it. A reader that goes away is no failure; a disk that is full is one, and a {@code PrintStream} alone
 * would hide both alike.
 */
public final class Pipe extends OutputStream {
    private final OutputStream below;
    private Optional<IOException> failure = Optional.empty();

    public Pipe(OutputStream below) {
        this.below = below;
    }

    /** Why data was lost that somebody waits for. */
    public Optional<IOException> failure() {
        return failure;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            below.write(bytes, offset, length);
        } catch (IOException e) {
            // The system's message is all there is to tell EPIPE by; in every language it names the pipe.
            boolean readerWentAway =
                    String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
            if (!readerWentAway && failure.isEmpty()) {
                failure = Optional.of(e);
            }
            throw e;
        }
    }

    @Override
    public void flush() throws IOException {
        below.flush();
    }
}
