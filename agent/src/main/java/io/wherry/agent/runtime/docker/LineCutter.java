package io.wherry.agent.runtime.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/** Cuts what comes in pieces into lines. One that is longer than any that an engine writes is passed over. */
final class LineCutter {
    /** A line of progress has some 200 bytes; one with an error repeats what the registry said. */
    private static final int MAX_BYTES = 64 << 10;

    private final Consumer<String> each;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean tooLong;

    LineCutter(Consumer<String> each) {
        this.each = each;
    }

    void take(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '\n') {
                end();
            } else if (line.size() < MAX_BYTES) {
                line.write(bytes[i]);
            } else {
                tooLong = true;
            }
        }
    }

    private void end() {
        if (!tooLong && line.size() > 0) {
            each.accept(line.toString(UTF_8));
        }
        line.reset();
        tooLong = false;
    }
}
