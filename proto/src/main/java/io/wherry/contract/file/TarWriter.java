package io.wherry.contract.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Writes plain files into a tar, one after the other; equal content gives equal bytes. */
public final class TarWriter {
    /** Of a name, in ASCII: what ustar has room for. */
    public static final int MAX_NAME_BYTES = TarHeader.NAME_BYTES;

    /** Largest number of a user or group: seven octal digits. */
    public static final int MAX_OWNER = 07777777;

    private static final int BUFFER_BYTES = 64 << 10;

    private final OutputStream out;

    public TarWriter(OutputStream out) {
        this.out = out;
    }

    /**
     * Whose a file is, and who may do what with it.
     *
     * @param mode permissions, 0 to 07777
     * @param uid  0 to {@link #MAX_OWNER}
     * @param gid  0 to {@link #MAX_OWNER}
     */
    public record Access(int mode, int uid, int gid) {
        static final Access PLAIN = new Access(0644, 0, 0);

        /** @throws IllegalArgumentException if a number is out of range */
        public Access {
            check("mode", mode, 07777);
            check("uid", uid, MAX_OWNER);
            check("gid", gid, MAX_OWNER);
        }

        private static void check(String name, int value, int most) {
            if (value < 0 || value > most) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: 0 to " + most + ")");
            }
        }
    }

    void entry(String name, byte[] bytes) throws IOException {
        entry(name, Access.PLAIN, bytes);
    }

    /** @param name at most {@link #MAX_NAME_BYTES} of ASCII */
    public void entry(String name, Access access, byte[] bytes) throws IOException {
        out.write(TarHeader.write(name, bytes.length, access));
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

    /** Ends the archive, and does not close the stream. */
    public void end() throws IOException {
        out.write(new byte[2 * TarHeader.BLOCK]);
        out.flush();
    }

    private void pad(long size) throws IOException {
        out.write(new byte[(int) ((TarHeader.BLOCK - size % TarHeader.BLOCK) % TarHeader.BLOCK)]);
    }
}
