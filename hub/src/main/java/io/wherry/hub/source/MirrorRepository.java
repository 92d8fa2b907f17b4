package io.wherry.hub.source;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.PackParser;

/**
 * A bare repository that takes no pack and no object above a limit.
 *
 * <p>JGit keeps such limits when it receives a push, not when it fetches. Without them twelve bytes of a pack's header, or a few kilobytes of
 * deltas, could make it allocate gigabytes.
 */
final class MirrorRepository extends FileRepository {
    /** "PACK", version, number of objects: four bytes each (gitformat-pack). */
    private static final int HEADER_BYTES = 12;

    private static final int COUNT_AT = 8;

    private final GitLimits limits;

    private MirrorRepository(FileRepositoryBuilder options, GitLimits limits) throws IOException {
        super(options);
        this.limits = limits;
    }

    static MirrorRepository open(File folder, GitLimits limits) throws IOException {
        FileRepositoryBuilder options =
                new FileRepositoryBuilder().setBare().setGitDir(folder).setup();
        MirrorRepository repository = new MirrorRepository(options, limits);
        if (!repository.getObjectsDirectory().exists()) {
            repository.create(true);
            StoredConfig config = repository.getConfig();
            config.setBoolean("gc", null, "autoDetach", false); // packs are joined in the check that made one too many
            config.save();
        }
        return repository;
    }

    @Override
    public ObjectInserter newObjectInserter() {
        ObjectInserter inserter = super.newObjectInserter();
        return new ObjectInserter.Filter() {
            @Override
            protected ObjectInserter delegate() {
                return inserter;
            }

            @Override
            public PackParser newPackParser(InputStream pack) throws IOException {
                PackParser parser = inserter.newPackParser(counted(pack));
                parser.setMaxObjectSizeLimit(limits.objectBytes());
                return parser;
            }
        };
    }

    /** Looks at the number of objects before JGit allocates a slot for each. */
    private InputStream counted(InputStream pack) throws IOException {
        byte[] header = new byte[HEADER_BYTES];
        int length = 0;
        // Not readNBytes, which asks on where JGit's stream of a packet that was cut off gives 0 bytes for ever.
        for (int more = 1; more > 0 && length < HEADER_BYTES; length += Math.max(more, 0)) {
            more = pack.read(header, length, HEADER_BYTES - length);
        }
        if (length == HEADER_BYTES) {
            long count = Integer.toUnsignedLong(ByteBuffer.wrap(header).getInt(COUNT_AT));
            if (count > limits.objects()) {
                throw new SourceFailure(
                        SourceReason.TOO_LARGE,
                        "the server sends " + count + " objects, above the limit of " + limits.objects(),
                        "is this a repository of deployments? split it from other content");
            }
        }
        return new SequenceInputStream(new ByteArrayInputStream(header, 0, length), pack);
    }
}
