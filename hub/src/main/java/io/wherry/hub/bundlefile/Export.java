package io.wherry.hub.bundlefile;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** What became of the wish for a file. */
public sealed interface Export {

    /**
     * All of it is there; nothing is left that could fail but the disk and the reader.
     *
     * @param agents names of those it is for
     */
    record Ready(List<String> agents, Writer writer) implements Export {}

    /** No file, and nothing was issued. */
    record Refused(ExportReason reason, String detail, String hint) implements Export {}

    /** Writes the file once. */
    @FunctionalInterface
    interface Writer {
        /** @throws IOException if the reader is gone, or the store cannot be read any longer */
        void write(OutputStream out) throws IOException;
    }
}
