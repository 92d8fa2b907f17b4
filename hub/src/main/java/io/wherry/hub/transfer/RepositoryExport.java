package io.wherry.hub.transfer;

import io.wherry.base.ExitCode;
import io.wherry.base.Suggest;
import io.wherry.contract.Digest;
import io.wherry.contract.TransferList;
import io.wherry.hub.source.GitPeer;
import io.wherry.hub.source.GitPeerException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.pack.PackConfig;
import org.eclipse.jgit.transport.BundleWriter;
import org.eclipse.jgit.transport.RefSpec;

/** Makes a Git bundle of a repository: its branches and tags under their own names, with all their history. */
final class RepositoryExport {
    /** Files above this are not searched for likeness to others: 16 MiB each in a heap of 256. */
    private static final int BIG_FILE_BYTES = 16 << 20;

    /** For the search for likeness. */
    private static final long WINDOW_BYTES = 32L << 20;

    private final Path folder;
    private final InstantSource clock;

    /** @param folder for what comes and goes */
    RepositoryExport(Path folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /** A bundle on the disk. */
    record Bundle(TransferList.Repository repository, Path file, long sizeBytes) {}

    /**
     * Fetches what is asked for and packs it.
     *
     * @param known what an earlier file brought of it: left out, with all that leads there
     */
    Bundle make(RepositoryArgument asked, GitPeer peer, List<TransferList.Ref> known) {
        try (Repository room = GitPeer.room(folder.resolve(asked.name() + ".git"), clock)) {
            Collection<Ref> there = peer.list(room);
            List<String> names = chosen(asked, there);
            peer.fetch(
                    room,
                    names.stream()
                            .map(name -> new RefSpec("+" + name + ":" + name))
                            .toList());
            requireWhole(asked, room);
            List<TransferList.Ref> refs = new ArrayList<>();
            for (String name : names) { // as they were fetched: since the listing they may have moved
                refs.add(new TransferList.Ref(
                        name,
                        Optional.ofNullable(room.exactRef(name))
                                .orElseThrow(() -> new IOException(name + " did not come"))
                                .getObjectId()
                                .name()));
            }
            Path file = folder.resolve(asked.name() + ".bundle");
            write(room, refs, known, file);
            try (InputStream in = Files.newInputStream(file)) {
                return new Bundle(
                        new TransferList.Repository(asked.name(), Digest.of(in), head(there, names), refs),
                        file,
                        Files.size(file));
            }
        } catch (GitPeerException e) {
            throw TransferException.failed("repository " + e.getMessage(), e.hint(), e);
        } catch (IOException e) {
            throw TransferException.failed(
                    "repository " + asked.place() + ": " + TransferException.words(e),
                    "is there room in " + folder + "?",
                    e);
        } catch (IllegalArgumentException e) {
            throw new TransferException(
                    ExitCode.USAGE,
                    "repository " + asked.place() + ": " + e.getMessage(),
                    "name it, or the refs that are wanted: --repo NAME=PLACE@REF",
                    e);
        }
    }

    private static List<String> chosen(RepositoryArgument asked, Collection<Ref> there) {
        List<String> all = there.stream()
                .filter(ref -> ref.getObjectId() != null)
                .map(Ref::getName)
                .filter(name -> name.startsWith(Constants.R_HEADS) || name.startsWith(Constants.R_TAGS))
                .sorted()
                .toList();
        if (all.isEmpty()) {
            throw TransferException.usage("repository " + asked.place() + ": has no commit yet", "push a first one");
        }
        return asked.refs().isEmpty()
                ? all
                : asked.refs().stream()
                        .map(ref -> full(asked, ref, all))
                        .distinct()
                        .sorted()
                        .toList();
    }

    private static String full(RepositoryArgument asked, String ref, List<String> all) {
        List<String> meant = Stream.of(ref, Constants.R_HEADS + ref, Constants.R_TAGS + ref)
                .filter(all::contains)
                .toList();
        if (meant.size() > 1) {
            throw TransferException.usage(
                    "repository " + asked.place() + ": has a branch and a tag " + ref,
                    "say " + String.join(" or ", meant));
        }
        if (meant.isEmpty()) {
            List<String> known = all.stream().map(Repository::shortenRefName).toList();
            throw new TransferException(
                    ExitCode.NOT_FOUND,
                    "repository " + asked.place() + ": has no branch or tag " + ref + Suggest.hint(ref, known),
                    "",
                    null);
        }
        return meant.getFirst();
    }

    private static Optional<String> head(Collection<Ref> there, List<String> names) {
        return there.stream()
                .filter(ref -> ref.getName().equals(Constants.HEAD) && ref.isSymbolic())
                .map(ref -> ref.getTarget().getName())
                .filter(names::contains)
                .findFirst();
    }

    /** What a shallow clone lacks would be lacking inside for ever. */
    private static void requireWhole(RepositoryArgument asked, Repository room) throws IOException {
        if (!room.getObjectDatabase().getShallowCommits().isEmpty()) {
            throw TransferException.usage(
                    "repository " + asked.place() + ": is a shallow clone, its history is cut off",
                    "git fetch --unshallow there, or name the repository that it came from");
        }
    }

    /** Equal objects and refs give equal bytes, however the other side had packed them. */
    private static void write(Repository room, List<TransferList.Ref> refs, List<TransferList.Ref> known, Path file)
            throws IOException {
        PackConfig config = new PackConfig();
        config.setThreads(1);
        config.setReuseObjects(false);
        config.setReuseDeltas(false);
        config.setBigFileThreshold(BIG_FILE_BYTES);
        config.setDeltaSearchMemoryLimit(WINDOW_BYTES);
        BundleWriter writer = new BundleWriter(room);
        writer.setPackConfig(config);
        refs.forEach(ref -> writer.include(ref.name(), ObjectId.fromString(ref.id())));
        try (RevWalk walk = new RevWalk(room);
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (ObjectId id : commits(walk, known)) {
                writer.assume(walk.parseCommit(id));
            }
            writer.writeBundle(NullProgressMonitor.INSTANCE, out);
        }
    }

    /** Those that are still in the history of what is packed now, each once and in a fixed order. */
    private static Collection<ObjectId> commits(RevWalk walk, List<TransferList.Ref> known) throws IOException {
        Map<String, ObjectId> commits = new TreeMap<>();
        for (TransferList.Ref ref : known) {
            ObjectId id = ObjectId.fromString(ref.id());
            if (walk.getObjectReader().has(id) && walk.peel(walk.parseAny(id)) instanceof RevCommit commit) {
                commits.put(commit.name(), commit.copy());
            }
        }
        return commits.values();
    }
}
