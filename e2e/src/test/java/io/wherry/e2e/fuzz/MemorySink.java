package io.wherry.e2e.fuzz;

import io.wherry.contract.Digest;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.BundleFileReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;

/** Takes small blobs, as an agent with little room. */
final class MemorySink implements BundleFileReader.Sink {
    private static final int ROOM = 1 << 20;

    private final Map<Digest, ByteArrayOutputStream> blobs = new HashMap<>();

    @Override
    public OutputStream create(Digest digest, long size, long at) {
        if (size > ROOM) {
            throw new BundleFileException("blob " + digest.brief() + ": no room for " + size + " bytes");
        }
        ByteArrayOutputStream blob = new ByteArrayOutputStream();
        blobs.put(digest, blob);
        return blob;
    }

    @Override
    public byte[] read(Digest digest, int maxBytes) throws IOException {
        ByteArrayOutputStream blob = blobs.get(digest);
        if (blob == null) {
            throw new IOException("blob " + digest.brief() + ": is not there");
        }
        if (blob.size() > maxBytes) {
            throw new BundleFileException("blob " + digest.brief() + ": longer than " + maxBytes + " bytes");
        }
        return blob.toByteArray();
    }
}
