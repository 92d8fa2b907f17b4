package io.wherry.hub.backup;

import io.wherry.base.Causes;
import io.wherry.base.ExitCode;
import io.wherry.base.Progress;
import io.wherry.base.Version;
import io.wherry.hub.backup.Contents.Item;
import io.wherry.hub.db.Database;
import io.wherry.hub.release.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Makes a backup of a data folder, also while its hub runs.
 *
 * <p>In it are the database (with users, resources, history, audit log and the vault's sealed values), the keys, the trust roots, the certificate
 * authority, the configuration and the content of the bundles. The mirrors of the sources are left out: they are fetched again.
 */
public final class Backup {
    private static final List<String> PLAIN = List.of("hub.yaml", "ca.crt", "ca-retired.crt", "admin-token");
    private static final List<String> FOLDERS = List.of("keys", "roots", "bundles");
    private static final int DEPTH = 2;

    private Backup() {}

    /**
     * Makes it. The database comes first and the bundles after it, so that what the database names is there.
     *
     * @param force whether a file that is there may be replaced
     * @throws BackupException if one is there, or the disk refuses
     */
    public static Contents make(Path data, Path target, boolean force, Instant now, Progress progress) {
        if (Files.isDirectory(target)) {
            throw BackupException.blocked(target + ": is a folder (name a file in it)");
        }
        Path folder = target.toAbsolutePath().getParent();
        if (folder != null && Files.notExists(folder)) {
            throw new BackupException(
                    ExitCode.NOT_FOUND, target + ": there is no folder " + folder + " (make it, or name another file)");
        }
        if (Files.exists(target) && !force) {
            throw BackupException.blocked(target + ": exists already (name another file, or --force to replace it)");
        }
        Keys keys = Keys.open(data);
        Path snapshot = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".db.tmp");
        try {
            progress.at("copying the database");
            int version = Database.snapshot(data.resolve("hub.db"), snapshot);
            Map<String, Path> sources = sources(data);
            sources.put("hub.db", snapshot);
            Contents contents = new Contents(
                    Version.CURRENT,
                    now.truncatedTo(ChronoUnit.MILLIS),
                    keys.trustDomain(),
                    keys.trustRoot().version(),
                    keys.epoch(),
                    version,
                    items(sources, progress));
            BackupFile.write(target, contents, sources, progress);
            return contents;
        } catch (IOException e) {
            throw new BackupException(target + ": the backup cannot be made: " + Causes.words(e), e);
        } finally {
            deleteQuietly(snapshot);
        }
    }

    /** Name in the backup to the file's place; what the folder does not have is left out. */
    private static Map<String, Path> sources(Path data) throws IOException {
        Map<String, Path> sources = new TreeMap<>();
        for (String name : PLAIN) {
            if (Files.exists(data.resolve(name))) {
                sources.put(name, data.resolve(name));
            }
        }
        for (String folder : FOLDERS) {
            try (Stream<Path> files = Files.walk(data.resolve(folder), DEPTH)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    String name = data.relativize(file).toString();
                    if (Contents.isName(
                            name)) { // and not one that is being written just now, or that a person put there
                        sources.put(name, file);
                    }
                }
            } catch (NoSuchFileException e) {
                if (!folder.equals("bundles")) { // a hub that never served has none
                    throw e;
                }
            }
        }
        return sources;
    }

    private static List<Item> items(Map<String, Path> sources, Progress progress) throws IOException {
        List<Item> items = new ArrayList<>();
        Progress.Bytes read = new Progress.Bytes(progress, "reading the data folder", 0);
        for (Map.Entry<String, Path> source : sources.entrySet()) {
            long size = Files.size(source.getValue());
            items.add(new Item(source.getKey(), size, BackupFile.digest(source.getValue(), size)));
            read.add(size);
        }
        return items;
    }

    private static void deleteQuietly(Path snapshot) {
        try {
            Files.deleteIfExists(snapshot);
        } catch (IOException e) {
            System.getLogger(Backup.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            snapshot + ": cannot be deleted (it holds the whole database)",
                            e);
        }
    }
}
