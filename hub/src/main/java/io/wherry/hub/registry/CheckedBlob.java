package io.wherry.hub.registry;

import io.wherry.contract.Digest;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.registry.RegistryException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Duration;

/** A blob as it comes: hashed on the way, and refused at its end if it is another one. Bounded in length and in time. */
final class CheckedBlob extends FilterInputStream {
    /** 8 GiB at 2.4 MB a second. */
    private static final Duration LIMIT = Duration.ofHours(1);

    private final Descriptor wanted;
    private final String image;
    private final MessageDigest sha256 = Digest.sha256();
    private final long end = System.nanoTime() + LIMIT.toNanos();
    private long count;

    CheckedBlob(InputStream in, Descriptor wanted, String image) {
        super(in);
        this.wanted = wanted;
        this.image = image;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = super.read(bytes, offset, length);
        if (System.nanoTime() > end) {
            throw new RegistryException(
                    image + ": blob " + wanted.digest() + " did not come within " + LIMIT.toMinutes() + " minutes",
                    "the registry or the line to it is too slow");
        }
        if (read > 0) {
            count += read;
            sha256.update(bytes, offset, read);
        }
        if (count > wanted.size() || (read < 0 && !isWhole())) {
            throw new RegistryException(
                    image + ": blob " + wanted.digest()
                            + " is another one in the registry than its name says, or broke off",
                    "try again; a proxy on the way, or the registry, is broken");
        }
        return read;
    }

    private boolean isWhole() throws IOException {
        try {
            return count == wanted.size()
                    && Digest.ofRaw(((MessageDigest) sha256.clone()).digest()).equals(wanted.digest());
        } catch (CloneNotSupportedException e) {
            throw new IOException("SHA-256: cannot be copied", e);
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
