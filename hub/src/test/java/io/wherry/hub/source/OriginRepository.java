package io.wherry.hub.source;

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
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.TagBuilder;

/** A bare repository on disk that a test fills object by object, also with what Git itself would not write. */
public final class OriginRepository implements AutoCloseable {
    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

    private final Path folder;
    private final FileRepository repository;
    private int commits;

    private OriginRepository(Path folder, FileRepository repository) {
        this.folder = folder;
        this.repository = repository;
    }

    public static OriginRepository create(Path folder) {
        IsolatedSystemReader.install(() -> EPOCH);
        try {
            FileRepository repository = new FileRepository(folder.toFile());
            repository.create(true);
            return new OriginRepository(folder, repository);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path folder() {
        return folder;
    }

    public FileRepository repository() {
        return repository;
    }

    /** One entry of a tree. */
    public record Node(FileMode mode, ObjectId id) {}

    public Node file(String text) {
        return new Node(FileMode.REGULAR_FILE, blob(text.getBytes(UTF_8)));
    }

    Node executable(String text) {
        return new Node(FileMode.EXECUTABLE_FILE, blob(text.getBytes(UTF_8)));
    }

    Node link(String target) {
        return new Node(FileMode.SYMLINK, blob(target.getBytes(UTF_8)));
    }

    Node submodule() {
        return new Node(FileMode.GITLINK, ObjectId.fromString("1234567890123456789012345678901234567890"));
    }

    public ObjectId blob(byte[] bytes) {
        return insert(Constants.OBJ_BLOB, bytes);
    }

    ObjectId insert(int type, byte[] bytes) {
        try (ObjectInserter inserter = repository.newObjectInserter()) {
            ObjectId id = inserter.insert(type, bytes);
            inserter.flush();
            return id;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public ObjectId tree(Map<String, Node> files) {
        try (ObjectInserter inserter = repository.newObjectInserter()) {
            DirCache index = DirCache.newInCore();
            DirCacheBuilder builder = index.builder();
            new TreeMap<>(files).forEach((path, node) -> {
                DirCacheEntry entry = new DirCacheEntry(path);
                entry.setFileMode(node.mode());
                entry.setObjectId(node.id());
                builder.add(entry);
            });
            builder.finish();
            ObjectId tree = index.writeTree(inserter);
            inserter.flush();
            return tree;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A commit on top of the branch with exactly these files. */
    public String commit(String branch, Map<String, Node> files, String message) {
        return commit(branch, tree(files), message);
    }

    public String commit(String branch, String path, String text) {
        return commit(branch, Map.of(path, file(text)), "SHOP-" + (commits + 1) + " write " + path);
    }

    String commit(String branch, ObjectId tree, String message) {
        try {
            ObjectId parent = repository.resolve("refs/heads/" + branch);
            ObjectId commit = unattached(tree, parent, message);
            point("refs/heads/" + branch, commit);
            return commit.name();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A commit that no reference names. */
    public ObjectId unattached(ObjectId tree, @org.jspecify.annotations.Nullable ObjectId parent, String message) {
        try (ObjectInserter inserter = repository.newObjectInserter()) {
            CommitBuilder commit = new CommitBuilder();
            commit.setTreeId(tree);
            if (parent != null) {
                commit.setParentId(parent);
            }
            PersonIdent person =
                    new PersonIdent("Ada", "ada@example.org", EPOCH.plusSeconds(++commits), ZoneOffset.UTC);
            commit.setAuthor(person);
            commit.setCommitter(person);
            commit.setMessage(message);
            ObjectId id = inserter.insert(commit);
            inserter.flush();
            return id;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A merge into the branch, which keeps the branch's files. */
    String merge(String branch, String other) throws IOException {
        ObjectId tip = repository.resolve("refs/heads/" + branch);
        CommitBuilder merge = new CommitBuilder();
        merge.setTreeId(repository.resolve(tip.name() + "^{tree}"));
        merge.setParentIds(tip, ObjectId.fromString(other));
        PersonIdent person = new PersonIdent("Ada", "ada@example.org", EPOCH.plusSeconds(++commits), ZoneOffset.UTC);
        merge.setAuthor(person);
        merge.setCommitter(person);
        merge.setMessage("merge");
        try (ObjectInserter inserter = repository.newObjectInserter()) {
            ObjectId commit = inserter.insert(merge);
            inserter.flush();
            point("refs/heads/" + branch, commit);
            return commit.name();
        }
    }

    public void tag(String name, String commit) {
        point("refs/tags/" + name, ObjectId.fromString(commit));
    }

    public void annotatedTag(String name, String commit) {
        try (ObjectInserter inserter = repository.newObjectInserter()) {
            TagBuilder tag = new TagBuilder();
            tag.setTag(name);
            tag.setObjectId(ObjectId.fromString(commit), Constants.OBJ_COMMIT);
            tag.setTagger(new PersonIdent("Ada", "ada@example.org", EPOCH, ZoneOffset.UTC));
            tag.setMessage("release " + name);
            ObjectId id = inserter.insert(tag);
            inserter.flush();
            point("refs/tags/" + name, id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Also backwards and sideways: the other side can do that too. */
    public void point(String ref, ObjectId to) {
        try {
            RefUpdate update = repository.updateRef(ref);
            update.setNewObjectId(to);
            update.setForceUpdate(true);
            RefUpdate.Result result = update.update();
            switch (result) {
                case NEW, FORCED, FAST_FORWARD, NO_CHANGE -> {}
                default -> throw new IllegalStateException(ref + ": " + result);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void delete(String ref) {
        try {
            Ref old = repository.exactRef(ref);
            RefUpdate update = repository.updateRef(ref);
            update.setForceUpdate(true);
            if (old == null || update.delete() != RefUpdate.Result.FORCED) {
                throw new IllegalStateException(ref + ": not deleted");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        repository.close();
    }
}
