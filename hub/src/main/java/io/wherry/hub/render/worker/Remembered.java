package io.wherry.hub.render.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What programs made of the same files lately: a plan and what follows it, a stack that went back, stacks that have a folder in common. The key is all that a
 * program gets, and it sees nothing else. For several threads.
 */
public final class Remembered {
    /** 16 MiB of what programs wrote, of some hundred stacks; beyond that the longest unused goes first. */
    private static final long MAX_BYTES = 16L << 20;

    private static final Remembered ALL = new Remembered();

    private final Map<Digest, Worker.Done> runs = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    private Remembered() {}

    /**
     * Names a run.
     *
     * @param program its version, and where it is
     */
    public static Digest key(String program, List<String> arguments, SortedMap<String, byte[]> files) {
        MessageDigest sha256 = Digest.sha256();
        add(sha256, program.getBytes(UTF_8));
        arguments.forEach(argument -> add(sha256, argument.getBytes(UTF_8)));
        files.forEach((path, content) -> {
            add(sha256, path.getBytes(UTF_8));
            add(sha256, content);
        });
        return Digest.ofRaw(sha256.digest());
    }

    private static void add(MessageDigest sha256, byte[] part) {
        sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        sha256.update(part);
    }

    public static Optional<Worker.Done> find(Digest key) {
        return ALL.get(key);
    }

    /** Only what comes out the same each time. */
    public static void keep(Digest key, Worker.Done done) {
        ALL.put(key, done);
    }

    private synchronized Optional<Worker.Done> get(Digest key) {
        return Optional.ofNullable(runs.get(key));
    }

    private synchronized void put(Digest key, Worker.Done done) {
        if (done.output().length > MAX_BYTES) {
            return;
        }
        Worker.Done before = runs.put(key, done);
        bytes += done.output().length - (before == null ? 0 : before.output().length);
        var longestUnused = runs.values().iterator();
        while (bytes > MAX_BYTES) {
            bytes -= longestUnused.next().output().length;
            longestUnused.remove();
        }
    }
}
