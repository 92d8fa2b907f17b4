package io.wherry.hub.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Causes;
import io.wherry.contract.Digest;
import io.wherry.hub.resource.Ref;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.BatchRefUpdate;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.RefSpec;
import org.jspecify.annotations.Nullable;

/**
 * The hub's own copy of one repository: bare, no working tree, no remote in its configuration, all references below {@code refs/wherry/}.
 *
 * <p>{@code heads/}, {@code tags/} and {@code commits/} follow the other side, {@code artifacts/} are what a registry gave
 * ({@link ArtifactStore}); {@code deployed/} holds on to what was deployed last, so that it
 * stays readable whatever happens there.
 */
final class GitMirror implements AutoCloseable {
    private static final String HEADS = "refs/wherry/heads/";
    private static final String TAGS = "refs/wherry/tags/";
    private static final String COMMITS = "refs/wherry/commits/";
    private static final String DEPLOYED = "refs/wherry/deployed/";

    private final Path folder;
    private final Repository repository;
    private final GitFolders folders;

    /** Held while the other side is asked: one listing and one fetch at a time for each mirror, and whoever waits shares the listing. */
    private final ReentrantLock asking = new ReentrantLock();

    private @Nullable GitListing listing; // guarded by asking
    private final ArtifactAnswers answers = new ArtifactAnswers(); // guarded by asking

    private volatile boolean fresh;

    private GitMirror(Path folder, Repository repository) throws IOException {
        this.folder = folder;
        this.repository = repository;
        this.folders = new GitFolders(repository);
        this.fresh = !repository.getRefDatabase().hasRefs();
    }

    static GitMirror open(Path folder, GitLimits limits) throws IOException {
        Files.createDirectories(folder);
        removeLeftovers(folder);
        return new GitMirror(folder, MirrorRepository.open(folder.toFile(), limits));
    }

    /** A process that died while it fetched leaves locks and half a pack. Nobody else writes here, so they are nobody's. */
    private static void removeLeftovers(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = String.valueOf(file.getFileName());
                if (Files.isRegularFile(file)
                        && (name.endsWith(".lock") || name.startsWith("incoming_") || name.startsWith("noz"))) {
                    Files.delete(file);
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    Path folder() {
        return folder;
    }

    ReentrantLock asking() {
        return asking;
    }

    Repository repository() {
        return repository;
    }

    Optional<GitListing> listing() {
        return Optional.ofNullable(listing);
    }

    void listed(GitListing newest) {
        listing = newest;
    }

    /** Whether nothing was ever fetched; asked before and told after the first fetch. */
    boolean fresh() {
        return fresh;
    }

    void filled() {
        fresh = false;
    }

    /** Whether something that a reference of ours names cannot be read. */
    boolean damaged() {
        try (RevWalk walk = new RevWalk(repository)) {
            for (org.eclipse.jgit.lib.Ref ref : repository.getRefDatabase().getRefs()) {
                if (ref.getObjectId() != null
                        && walk.peel(walk.parseAny(ref.getObjectId())) instanceof RevCommit commit) {
                    walk.parseTree(commit.getTree());
                }
            }
            return false;
        } catch (IOException e) {
            return true; // whatever the cause: it is our own disk that did not give what it was given
        }
    }

    /** Where the mirror keeps what it fetched for a reference. Names are encoded, so that {@code a} and {@code a/b} do not collide. */
    static String followed(Ref ref) {
        return switch (ref) {
            case Ref.Branch branch -> HEADS + URLEncoder.encode(branch.name(), UTF_8);
            case Ref.Tag tag -> TAGS + URLEncoder.encode(tag.name(), UTF_8);
            case Ref.Commit commit -> COMMITS + commit.name();
            case Ref.OciTag _, Ref.OciDigest _ ->
                throw new IllegalArgumentException("ref: " + ref.type() + " " + ref.name() + " (expected: one of Git)");
        };
    }

    /** What was fetched last for a reference: a commit or an annotated tag. */
    Optional<ObjectId> fetched(Ref ref) throws IOException {
        if (ref instanceof Ref.OciTag || ref instanceof Ref.OciDigest) {
            return Optional.empty(); // of a registry: ArtifactStore has it by its digest
        }
        org.eclipse.jgit.lib.Ref followed = repository.exactRef(followed(ref));
        return followed == null ? Optional.empty() : Optional.ofNullable(followed.getObjectId());
    }

    /** Whether each of these was fetched before, and is still here. */
    boolean follows(Collection<RefSpec> specs) throws SourceFailure {
        try {
            for (RefSpec spec : specs) {
                org.eclipse.jgit.lib.Ref followed = repository.exactRef(spec.getDestination());
                if (followed == null
                        || followed.getObjectId() == null
                        || !repository.getObjectDatabase().has(followed.getObjectId())) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            throw new SourceFailure(
                    SourceReason.MIRROR_FAILED,
                    folder + " cannot be read: " + Causes.words(e),
                    "is the disk well, or were its permissions changed?",
                    e);
        }
    }

    /** What a revision is kept as: a commit by its id, an artifact by its digest. Empty if the mirror does not have it. */
    Optional<RevCommit> find(String revision) throws IOException {
        return revision.startsWith("sha256:")
                ? new ArtifactStore(this).find(Digest.parse(revision))
                : commit(ObjectId.fromString(revision));
    }

    /** What registries said about this repository; guarded by {@link #asking}. */
    ArtifactAnswers answers() {
        return answers;
    }

    /** The commit, if the mirror has it. */
    Optional<RevCommit> commit(ObjectId id) throws IOException {
        if (!repository.getObjectDatabase().has(id)) {
            return Optional.empty();
        }
        try (RevWalk walk = new RevWalk(repository)) {
            RevObject object = walk.peel(walk.parseAny(id));
            return object instanceof RevCommit commit ? Optional.of(commit) : Optional.empty();
        }
    }

    GitTree tree(RevCommit commit) {
        return new GitTree(new GitStore(folders, commit.getTree()));
    }

    /** Keeps what was deployed from being collected. */
    void keep(Map<String, ObjectId> deployedByStack) throws IOException {
        BatchRefUpdate update = repository.getRefDatabase().newBatchUpdate();
        for (Map.Entry<String, ObjectId> deployed : deployedByStack.entrySet()) {
            command(update, DEPLOYED + URLEncoder.encode(deployed.getKey(), UTF_8), deployed.getValue());
        }
        execute(update);
    }

    /** Writes references of ours; one that is to be {@link ObjectId#zeroId} goes. */
    void write(Map<String, ObjectId> references) throws IOException {
        BatchRefUpdate update = repository.getRefDatabase().newBatchUpdate();
        for (Map.Entry<String, ObjectId> reference : references.entrySet()) {
            command(update, reference.getKey(), reference.getValue());
        }
        execute(update);
    }

    void keepPinned(ObjectId commit) throws IOException {
        BatchRefUpdate update = repository.getRefDatabase().newBatchUpdate();
        command(update, COMMITS + commit.name(), commit);
        execute(update);
    }

    void letGo(Collection<String> stacks) throws IOException {
        BatchRefUpdate update = repository.getRefDatabase().newBatchUpdate();
        for (String stack : stacks) {
            command(update, DEPLOYED + URLEncoder.encode(stack, UTF_8), ObjectId.zeroId());
        }
        execute(update);
    }

    private void command(BatchRefUpdate update, String name, ObjectId to) throws IOException {
        org.eclipse.jgit.lib.Ref old = repository.exactRef(name);
        ObjectId from = old == null || old.getObjectId() == null ? ObjectId.zeroId() : old.getObjectId();
        if (!from.equals(to)) {
            update.addCommand(new ReceiveCommand(from, to, name));
        }
    }

    private void execute(BatchRefUpdate update) throws IOException {
        if (update.getCommands().isEmpty()) {
            return;
        }
        update.setAllowNonFastForwards(true);
        update.setRefLogMessage("", false);
        try (RevWalk walk = new RevWalk(repository)) {
            update.execute(walk, NullProgressMonitor.INSTANCE);
        }
        for (ReceiveCommand command : update.getCommands()) {
            if (command.getResult() != ReceiveCommand.Result.OK) {
                throw new IOException(folder + ": reference " + command.getRefName() + " was not written: "
                        + command.getResult() + " " + command.getMessage());
            }
        }
    }

    /** Bytes on disk. */
    long sizeBytes() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve(Constants.OBJECTS))) {
            long sum = 0;
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                sum += Files.size(file);
            }
            return sum;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() {
        repository.close();
    }
}
