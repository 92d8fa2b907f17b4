package io.wherry.e2e.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A channel to a file of a {@link Disk}, or to a folder that is to be forced. Locks are always had: one process at a time lives on a disk. */
final class DiskChannel extends FileChannel {
    private final Disk disk;
    private final Disk.Node node;
    private long position;

    DiskChannel(Disk disk, Disk.Node node, long position) {
        this.disk = disk;
        this.node = node;
        this.position = position;
    }

    private Disk.Content content() throws IOException {
        if (node instanceof Disk.Content content) {
            return content;
        }
        throw new IOException("Is a directory");
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int count = read(target, position);
        position += Math.max(0, count);
        return count;
    }

    @Override
    public int read(ByteBuffer target, long at) throws IOException {
        byte[] bytes = content().bytes;
        if (at >= bytes.length) {
            return -1;
        }
        int count = Math.min(target.remaining(), bytes.length - (int) at);
        target.put(bytes, (int) at, count);
        return count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int count = write(source, position);
        position += count;
        return count;
    }

    @Override
    public int write(ByteBuffer source, long at) throws IOException {
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        disk.write(content(), (int) at, bytes);
        return bytes.length;
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw new UnsupportedOperationException("scattered reads: nobody makes them");
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw new UnsupportedOperationException("gathered writes: nobody makes them");
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public FileChannel position(long next) {
        position = next;
        return this;
    }

    @Override
    public long size() throws IOException {
        return content().bytes.length;
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        disk.truncate(content(), (int) size);
        position = Math.min(position, size);
        return this;
    }

    @Override
    public void force(boolean metaData) {
        disk.force(node);
    }

    @Override
    public long transferTo(long at, long count, WritableByteChannel target) throws IOException {
        byte[] bytes = content().bytes;
        int most = (int) Math.max(0, Math.min(count, bytes.length - at));
        return most == 0 ? 0 : target.write(ByteBuffer.wrap(bytes, (int) at, most));
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long at, long count) {
        throw new UnsupportedOperationException("transferFrom: nobody calls it");
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long at, long size) {
        throw new UnsupportedOperationException("maps: nobody makes them");
    }

    @Override
    public FileLock lock(long at, long size, boolean shared) {
        return new Lock(this, at, size, shared);
    }

    @Override
    public FileLock tryLock(long at, long size, boolean shared) {
        return new Lock(this, at, size, shared);
    }

    @Override
    protected void implCloseChannel() {
        // what was written stays as safe as it is
    }

    private static final class Lock extends FileLock {
        Lock(FileChannel channel, long at, long size, boolean shared) {
            super(channel, at, size, shared);
        }

        @Override
        public boolean isValid() {
            return true;
        }

        @Override
        public void release() {
            // ends with its channel
        }
    }
}
