package io.wherry.hub.cli;

import java.io.Writer;

/** Leads what picocli prints about wrong usage to the notes, line by line. */
final class NoteWriter extends Writer {
    private final Out out;
    private final StringBuilder line = new StringBuilder();

    NoteWriter(Out out) {
        this.out = out;
    }

    @Override
    public void write(char[] buffer, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (buffer[i] == '\n') {
                out.note(line.toString());
                line.setLength(0);
            } else {
                line.append(buffer[i]);
            }
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        if (!line.isEmpty()) {
            out.note(line.toString());
        }
    }
}
