package io.wherry.contract.file;

import io.wherry.contract.Digest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;

/** One blob of an open file, from its place; hashed on the way. */
final class PlaceStream extends InputStream {
    private final FileChannel channel;
    private final Digest digest;
    private final MessageDigest sha256 = Digest.sha256();
    private long at;
    private long left;
    private boolean judged;

    PlaceStream(FileChannel channel, Digest digest, long at, long size) {
        this.channel = channel;
        this.digest = digest;
        this.at = at;
        this.left = size;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left == 0) {
            judge();
            return -1;
        }
        int read = channel.read(ByteBuffer.wrap(bytes, offset, (int) Math.min(length, left)), at);
        if (read < 0) {
            throw new EOFException("blob " + digest + ": the file became shorter while it was read");
        }
        at += read;
        left -= read;
        sha256.update(bytes, offset, read);
        if (left == 0) {
            judge(); // a reader that knows the length does not ask for the end
        }
        return read;
    }

    private void judge() {
        if (!judged) {
            judged = true;
            Digest found = Digest.ofRaw(sha256.digest());
            if (!found.equals(digest)) {
                throw new BundleFileException("blob " + digest + ": is another one now, " + found
                        + " (expected: a medium that gives the same bytes twice)");
            }
        }
    }
}
