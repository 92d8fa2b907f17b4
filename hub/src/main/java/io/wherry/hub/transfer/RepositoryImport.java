package io.wherry.hub.transfer;

import io.wherry.base.ExitCode;
import io.wherry.base.FullDisk;
import io.wherry.contract.TransferList;
import io.wherry.contract.file.BundleFileException;
import io.wherry.hub.source.GitPeer;
import io.wherry.hub.transfer.Item.Change;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.MissingBundlePrerequisiteException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.TransportBundleStream;
import org.eclipse.jgit.transport.URIish;

/** One repository to its place inside: the bundle is unpacked into a room of our own, and pushed from there. */
final class RepositoryImport implements AutoCloseable {
    /** Where the target's own refs lie in the room. */
    private static final String THERE = "refs/there/";

    private static final List<RefSpec> BRANCHES_AND_TAGS =
            List.of(new RefSpec("+refs/heads/*:refs/heads/*"), new RefSpec("+refs/tags/*:refs/tags/*"));

    private final TransferFile file;
    private final TransferList.Repository repository;
    private final GitPeer peer;
    private final String place;
    private final boolean missing;
    private final InstantSource clock;
    private final Path roomFolder;
    private final List<RemoteRefUpdate> updates = new ArrayList<>();
    private final Map<String, ObjectId> there = new HashMap<>();
    private @org.jspecify.annotations.Nullable Repository room;

    /** @param parent for the room */
    RepositoryImport(
            TransferFile file,
            TransferList.Repository repository,
            GitPeer peer,
            String place,
            Path parent,
            InstantSource clock) {
        this.file = file;
        this.repository = repository;
        this.peer = peer;
        this.place = place;
        this.missing = isMissing(place);
        this.clock = clock;
        this.roomFolder = parent.resolve(repository.name() + ".git");
    }

    String name() {
        return repository.name();
    }

    private static boolean isMissing(String place) {
        if (place.contains("://")) {
            return false;
        }
        Path folder = Path.of(place);
        if (!Files.exists(folder)) {
            return true;
        }
        try (Stream<Path> content = Files.list(folder)) {
            return content.findAny().isEmpty();
        } catch (IOException e) {
            throw TransferException.failed(
                    "repository " + place + " cannot be read: " + TransferException.words(e), "name a folder", e);
        }
    }

    /** @param force {@code NAME@refs/heads/main} */
    List<Item> look(Set<String> force) throws IOException {
        Repository unpacked = GitPeer.room(roomFolder, clock);
        room = unpacked;
        if (!missing) {
            for (Ref ref : peer.list(unpacked)) {
                if (ref.getObjectId() != null) {
                    there.put(ref.getName(), ref.getObjectId());
                }
            }
        }
        List<TransferList.Ref> changed = repository.refs().stream()
                .filter(ref -> !ObjectId.fromString(ref.id()).equals(there.get(ref.name())))
                .toList();
        List<Item> items = new ArrayList<>();
        repository.refs().stream()
                .filter(ref -> !changed.contains(ref))
                .forEach(ref -> items.add(Item.unchanged(thing(ref))));
        if (changed.isEmpty()) {
            return items;
        }
        if (!unpack(unpacked)) {
            changed.forEach(ref -> items.add(new Item(
                    thing(ref),
                    Change.REFUSED,
                    "builds on commits of an earlier file, which are not there: import that first")));
            return items;
        }
        for (TransferList.Ref ref : changed) {
            Item item = judged(unpacked, ref, force.contains(repository.name() + "@" + ref.name()));
            if (item.isWork()) {
                updates.add(update(unpacked, ref, item.change() == Change.FORCED));
            }
            items.add(item);
        }
        return items;
    }

    private String thing(TransferList.Ref ref) {
        return "repository/" + repository.name() + " " + ref.name();
    }

    /** @return false if it builds on commits that are neither in the bundle nor at the target */
    private boolean unpack(Repository unpacked) throws IOException {
        if (!file.brings(repository.bundle())) {
            return false;
        }
        boolean builds = file.list().since().isPresent();
        if (builds && !there.isEmpty()) {
            peer.fetch(
                    unpacked,
                    List.of(
                            new RefSpec("+refs/heads/*:" + THERE + "heads/*"),
                            new RefSpec("+refs/tags/*:" + THERE + "tags/*")));
        }
        try (InputStream in = file.open(repository.bundle());
                TransportBundleStream bundle =
                        new TransportBundleStream(unpacked, new URIish("bundle"), new BufferedInputStream(in))) {
            bundle.setTagOpt(TagOpt.NO_TAGS);
            bundle.fetch(NullProgressMonitor.INSTANCE, BRANCHES_AND_TAGS);
            in.transferTo(OutputStream.nullOutputStream()); // to its end, where it is judged
        } catch (MissingBundlePrerequisiteException e) {
            if (builds) {
                return false;
            }
            throw refused("it builds on commits that it does not have", e);
        } catch (BundleFileException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // JGit's answers to packs that nobody should write
            if (FullDisk.isCauseOf(e)) {
                throw new IOException(
                        "repository " + repository.name() + " cannot be unpacked in " + roomFolder.getParent() + ": "
                                + e.getMessage(),
                        e);
            }
            throw refused(String.valueOf(e.getMessage()), e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("bundle: no address (expected: it is one)", e);
        }
        requireListed(unpacked);
        return true;
    }

    private void requireListed(Repository unpacked) throws IOException {
        Map<String, String> listed = new HashMap<>();
        repository.refs().forEach(ref -> listed.put(ref.name(), ref.id()));
        Map<String, String> found = new HashMap<>();
        for (Ref ref : unpacked.getRefDatabase().getRefs()) {
            String name = ref.getName();
            if (name.startsWith(Constants.R_HEADS) || name.startsWith(Constants.R_TAGS)) {
                found.put(name, ref.getObjectId().name());
            }
        }
        if (!found.equals(listed)) {
            throw refused("its refs are not those of the list", null);
        }
    }

    private TransferException refused(String why, @org.jspecify.annotations.Nullable Exception cause) {
        return new TransferException(
                ExitCode.VERIFICATION_FAILED,
                "repository " + repository.name() + ": its bundle cannot be used: " + why,
                "make the file again",
                cause);
    }

    /** A branch may go on and nothing else; a tag stays. */
    private Item judged(Repository unpacked, TransferList.Ref ref, boolean forced) throws IOException {
        ObjectId old = there.get(ref.name());
        if (old == null) {
            return new Item(thing(ref), Change.CREATED, brief(ref.id()));
        }
        String moves = "from " + brief(old.name()) + " to " + brief(ref.id());
        if (ref.name().startsWith(Constants.R_HEADS) && goesOn(unpacked, old, ObjectId.fromString(ref.id()))) {
            return new Item(thing(ref), Change.UPDATED, moves);
        }
        return forced
                ? new Item(thing(ref), Change.FORCED, moves)
                : new Item(
                        thing(ref),
                        Change.REFUSED,
                        moves + " would lose what is there: --force " + repository.name() + "@" + ref.name());
    }

    private static boolean goesOn(Repository unpacked, ObjectId old, ObjectId next) throws IOException {
        try (RevWalk walk = new RevWalk(unpacked)) {
            return walk.getObjectReader().has(old) && walk.isMergedInto(walk.parseCommit(old), walk.parseCommit(next));
        }
    }

    private static String brief(String id) {
        return id.substring(0, 12);
    }

    private RemoteRefUpdate update(Repository unpacked, TransferList.Ref ref, boolean forced) throws IOException {
        return new RemoteRefUpdate(
                unpacked,
                ref.name(),
                ObjectId.fromString(ref.id()),
                ref.name(),
                forced,
                null,
                there.getOrDefault(ref.name(), ObjectId.zeroId())); // nothing that came since the look is overwritten
    }

    void carryOut() throws IOException {
        if (updates.isEmpty() || room == null) {
            return;
        }
        if (missing) {
            GitPeer.create(Path.of(place), repository.head(), clock);
        }
        List<String> refused = new ArrayList<>();
        for (RemoteRefUpdate update : peer.push(room, updates)) {
            switch (update.getStatus()) {
                case OK, UP_TO_DATE -> {}
                case NOT_ATTEMPTED,
                        REJECTED_NONFASTFORWARD,
                        REJECTED_NODELETE,
                        REJECTED_REMOTE_CHANGED,
                        REJECTED_OTHER_REASON,
                        NON_EXISTING,
                        AWAITING_REPORT -> refused.add(update.getRemoteName() + " (" + said(update) + ")");
            }
        }
        if (!refused.isEmpty()) {
            throw new TransferException(
                    ExitCode.FAILED,
                    "repository " + place + " did not take " + String.join(", ", refused),
                    "a server may protect branches, and a working tree its own one; import again when that is mended",
                    null);
        }
    }

    private static String said(RemoteRefUpdate update) {
        return update.getMessage() == null ? String.valueOf(update.getStatus()) : update.getMessage();
    }

    @Override
    public void close() {
        if (room != null) {
            room.close();
        }
    }
}
