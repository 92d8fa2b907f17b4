package io.wherry.hub.backup;

import io.wherry.base.Causes;
import io.wherry.base.DurableFiles;
import io.wherry.base.FileTree;
import io.wherry.base.Progress;
import io.wherry.contract.json.Json;
import io.wherry.hub.db.DataFolderLock;
import io.wherry.hub.db.Database;
import io.wherry.hub.release.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes a data folder from a backup.
 *
 * <p>Everything happens in a folder of its own inside of the data folder, so that it works on a mounted volume and needs no rights beside it. Only when
 * all is there, judged and made fit to serve, what was in the data folder is put aside and the new takes its place, {@code hub.yaml} first out and last
 * in: a hub does not start without it.
 */
public final class Restore {
    private static final String ROOM = "restore.unfinished";

    private static final String ROOT_KEY = "keys/root.pem";
    private static final String CONFIG = "hub.yaml";

    /** The lock stays where it is: it is held. */
    private static final Set<String> NOT_MOVED = Set.of("hub.lock", ROOM);

    /** Whatever was put aside by an earlier restore stays where it is. */
    private static final String ASIDE = "before-restore-";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private Restore() {}

    /**
     * What was restored.
     *
     * @param aside where the data folder's former content is; empty if it had none
     */
    public record Restored(Contents contents, NewEpoch.Begun begun, Optional<Path> aside) {}

    /**
     * Restores. Whatever is refused leaves the data folder as it was.
     *
     * @param force whether a data folder that is not empty may be put aside
     * @throws BackupException                       if the file is not a whole backup that this program can use, or the folder is not empty
     * @throws io.wherry.hub.db.DataFolderInUse      if a hub runs there
     */
    public static Restored restore(
            Path file, Path data, Optional<Path> rootKey, boolean force, InstantSource clock, Progress progress) {
        BackupFile backup = BackupFile.open(file, progress); // all of it was read and judged when this returns
        if (backup.contents().databaseVersion() > Database.newestVersion()) {
            throw BackupException.blocked(file + ": made by wherry-hub "
                    + backup.contents().version()
                    + " with database version " + backup.contents().databaseVersion() + ", and this program knows "
                    + Database.newestVersion() + " at most (restore it with that version or a newer one)");
        }
        boolean made = Files.notExists(data);
        try {
            if (!made && !Files.isDirectory(data)) {
                throw BackupException.blocked(data + ": is no folder (name one that is absent or empty)");
            }
            refuseWhatIsThere(data, made, force);
            Files.createDirectories(
                    data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try (DataFolderLock _ = DataFolderLock.take(data)) {
                return restore(backup, data, rootKey, clock, progress);
            }
        } catch (IOException e) {
            throw new BackupException(data + ": cannot be restored to: " + Causes.named(e), e);
        }
    }

    /** A folder that is in use says so, whether or not it may be put aside. */
    private static void refuseWhatIsThere(Path data, boolean made, boolean force) throws IOException {
        if (made || content(data).isEmpty()) {
            return;
        }
        if (Files.exists(data.resolve("hub.lock"))) {
            DataFolderLock.take(data).close();
        }
        if (!force) {
            throw BackupException.blocked(
                    data
                            + ": is not empty (name another folder, or --force to put what is there aside in a folder of its own)");
        }
    }

    private static Restored restore(
            BackupFile backup, Path data, Optional<Path> rootKey, InstantSource clock, Progress progress)
            throws IOException {
        Instant now = clock.instant();
        Path room = data.resolve(ROOM);
        FileTree.delete(room); // of one that broke off
        Files.createDirectory(room, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try {
            backup.unpack(room, progress);
            progress.at("making it fit to serve");
            boolean lent = lend(rootKey, room);
            requireUsable(backup.contents(), room);
            NewEpoch.Begun begun = NewEpoch.begin(
                    room,
                    "hub.restore",
                    Json.object()
                            .put("backupMadeAt", backup.contents().madeAt().toString())
                            .put("backupVersion", backup.contents().version())
                            .put("backupRootVersion", backup.contents().rootVersion())
                            .build(),
                    clock);
            if (lent) {
                Files.delete(room.resolve(ROOT_KEY)); // it stays where it is kept
            }
            giveTo(room, data);
            Optional<Path> aside = content(data).isEmpty() ? Optional.empty() : Optional.of(putAside(data, now));
            takePlace(room, data);
            return new Restored(backup.contents(), begun, aside);
        } finally {
            FileTree.delete(room);
        }
    }

    /** A hub whose root key is kept elsewhere has none in its backup, and a new epoch takes one. */
    private static boolean lend(Optional<Path> rootKey, Path room) throws IOException {
        boolean there = Files.exists(room.resolve(ROOT_KEY));
        if (rootKey.isEmpty()) {
            if (!there) {
                throw BackupException.blocked(
                        "the backup is of a hub whose root key is kept elsewhere (name the key with --root-key FILE)");
            }
            return false;
        }
        if (there) {
            throw BackupException.blocked("the backup has the root key (leave --root-key out)");
        }
        DurableFiles.write(room.resolve(ROOT_KEY), Files.readAllBytes(rootKey.get()));
        return true;
    }

    /** A whole file may still hold what no hub could start with. */
    private static void requireUsable(Contents contents, Path room) {
        List<String> problems = Database.problems(room.resolve("hub.db"));
        if (!problems.isEmpty()) {
            throw BackupException.damaged("the backup's database is not whole: " + String.join("; ", problems));
        }
        Keys keys = Keys.open(room);
        if (!keys.trustDomain().equals(contents.trustDomain())) {
            throw BackupException.damaged("the backup's keys are of trust domain " + keys.trustDomain() + " (expected: "
                    + contents.trustDomain() + ", as its list says)");
        }
    }

    /** What is in the data folder, apart from what a restore leaves alone. */
    private static List<Path> content(Path data) throws IOException {
        try (Stream<Path> files = Files.list(data)) {
            return files.filter(file ->
                            !NOT_MOVED.contains(name(file)) && !name(file).startsWith(ASIDE))
                    .sorted(Comparator.comparing((Path file) -> !name(file).equals(CONFIG)))
                    .toList();
        }
    }

    private static Path putAside(Path data, Instant now) throws IOException {
        Path aside = data.resolve(ASIDE + TIME.format(now));
        for (int n = 2; Files.exists(aside); n++) {
            aside = data.resolve(ASIDE + TIME.format(now) + "-" + n);
        }
        Files.createDirectory(
                aside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (Path file : content(data)) {
            DurableFiles.move(file, aside.resolve(name(file)));
        }
        return aside;
    }

    private static void takePlace(Path room, Path data) throws IOException {
        for (Path file : content(room).reversed()) {
            DurableFiles.move(file, data.resolve(name(file)));
        }
    }

    /** Whoever owns the data folder runs the hub: also where root restores. */
    private static void giveTo(Path room, Path data) throws IOException {
        PosixFileAttributes owner = Files.readAttributes(data, PosixFileAttributes.class);
        if (Files.readAttributes(room, PosixFileAttributes.class).owner().equals(owner.owner())) {
            return;
        }
        giveTo(owner, data.resolve("hub.lock")); // made by this restore, perhaps
        try (Stream<Path> files = Files.walk(room)) {
            for (Path file : files.toList()) {
                giveTo(owner, file);
            }
        }
    }

    private static void giveTo(PosixFileAttributes owner, Path file) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        view.setOwner(owner.owner());
        view.setGroup(owner.group());
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
