package io.wherry.contract.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Writes plain files into a tar, one after the other; equal content gives equal bytes. */
final class TarWriter {
    private static final int BUFFER_BYTES = 64 << 10;

    private final OutputStream out;

    TarWriter(OutputStream out) {
        this.out = out;
    }

    void entry(String name, byte[] bytes) throws IOException {
        out.write(TarHeader.write(name, bytes.length));
        out.write(bytes);
        pad(bytes.length);
    }

    /** @throws IOException also where the stream is not as long as it should be */
    void entry(String name, long size, InputStream in) throws IOException {
        out.write(TarHeader.write(name, size));
        byte[] buffer = new byte[BUFFER_BYTES];
        long copied = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            copied += read;
            if (copied > size) {
                break;
            }
            out.write(buffer, 0, read);
        }
        if (copied != size) {
            throw new IOException(name + ": has not the " + size + " bytes that it should have");
        }
        pad(size);
    }

    void end() throws IOException {
        out.write(new byte[2 * TarHeader.BLOCK]);
        out.flush();
    }

    private void pad(long size) throws IOException {
        out.write(new byte[(int) ((TarHeader.BLOCK - size % TarHeader.BLOCK) % TarHeader.BLOCK)]);
    }
}
