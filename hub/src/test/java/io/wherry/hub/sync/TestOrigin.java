package io.wherry.hub.sync;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.util.FS;

/** A real Git repository whose branch {@code main} a test moves. */
public final class TestOrigin implements AutoCloseable {
    private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

    private final Path folder;
    private final FileRepository repository;
    private final Map<String, String> files = new TreeMap<>();
    private int commits;

    public TestOrigin(Path folder) {
        this.folder = folder;
        FS.FileStoreAttributes.setBackground(false); // else it probes the clock of a folder that the test has removed
        FS.getFileStoreAttributes(folder.toAbsolutePath().getParent());
        try {
            repository = new FileRepository(folder.toFile());
            repository.create(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path folder() {
        return folder;
    }

    /** Commits the present files with these in them; an empty text removes a file. */
    public String commit(String message, Map<String, String> changes) {
        return commit(message, changes, true);
    }

    /** The same, but the branch forgets all commits before. */
    public String rewrite(String message, Map<String, String> changes) {
        return commit(message, changes, false);
    }

    private String commit(String message, Map<String, String> changes, boolean follows) {
        changes.forEach((path, text) -> {
            if (text.isEmpty()) {
                files.remove(path);
            } else {
                files.put(path, text);
            }
        });
        try (ObjectInserter inserter = repository.newObjectInserter()) {
            DirCache index = DirCache.newInCore();
            DirCacheBuilder builder = index.builder();
            for (Map.Entry<String, String> file : files.entrySet()) {
                DirCacheEntry entry = new DirCacheEntry(file.getKey());
                entry.setFileMode(FileMode.REGULAR_FILE);
                entry.setObjectId(
                        inserter.insert(Constants.OBJ_BLOB, file.getValue().getBytes(UTF_8)));
                builder.add(entry);
            }
            builder.finish();
            CommitBuilder commit = new CommitBuilder();
            commit.setTreeId(index.writeTree(inserter));
            ObjectId head = repository.resolve("refs/heads/main");
            if (head != null && follows) {
                commit.setParentId(head);
            }
            PersonIdent person =
                    new PersonIdent("Ada", "ada@example.org", FIRST.plusSeconds(commits++), ZoneOffset.UTC);
            commit.setAuthor(person);
            commit.setCommitter(person);
            commit.setMessage(message);
            ObjectId id = inserter.insert(commit);
            inserter.flush();
            RefUpdate update = repository.updateRef("refs/heads/main");
            update.setNewObjectId(id);
            update.setForceUpdate(true);
            update.update();
            return id.name();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        repository.close();
    }
}
