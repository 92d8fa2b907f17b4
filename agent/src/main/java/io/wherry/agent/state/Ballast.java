package io.wherry.agent.state;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Space held back so that the journal can still be written when the disk is full.
 *
 * <p>Given up when a write fails for want of space, taken again at the next start or site cycle once there is room.
 */
public final class Ballast {
    /** 16 MiB: thousands of journal entries and receipts, and little on the smallest card an agent is put on. */
    public static final long SIZE_BYTES = 16L << 20;

    /** Taken again only when this much stays free beside it, so that it does not fill the disk itself. */
    private static final long ROOM_BYTES = 4 * SIZE_BYTES;

    private static final int BLOCK_BYTES = 1 << 20;

    private final Path file;

    public Ballast(Path file) {
        this.file = file;
    }

    /** Takes the space if it is not held and the disk has room. @return whether it is held now */
    public boolean take() {
        try {
            if (Files.exists(file) && Files.size(file) >= SIZE_BYTES) {
                return true;
            }
            if (Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace() < ROOM_BYTES) {
                return false;
            }
            // Written, not only extended: a sparse file holds nothing back.
            try (FileChannel channel = FileChannel.open(file, CREATE, WRITE)) {
                ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
                for (long at = 0; at < SIZE_BYTES; at += BLOCK_BYTES) {
                    channel.write(block.clear(), at);
                }
                channel.force(true);
            }
            return true;
        } catch (IOException e) {
            release();
            return false;
        }
    }

    /** Gives the space up. @return whether there was any to give */
    public boolean release() {
        try {
            return Files.deleteIfExists(file);
        } catch (IOException e) {
            return false; // a file system that cannot delete has no space to give either
        }
    }
}
