package io.wherry.agent.runtime.docker;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.wherry.agent.runtime.Change;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.base.DurableFiles;
import io.wherry.base.FullDisk;
import io.wherry.contract.Difference;
import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of a project directory: those of the bundle, and configs and secrets whose content stands in the model.
 *
 * <p>Beside the directory lies a list of what we wrote, so that a file that left the model can be told from one that the workload wrote: only
 * the first is removed, and only while its content is still ours. The list is written before the files, as the union of old and new.
 */
final class ProjectFiles {
    private static final Set<PosixFilePermission> PLAIN = PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("rwxr-xr-x");

    /** Containers run as any user, and the folder above keeps the host's other users out. */
    private static final Set<PosixFilePermission> GRANTED = PosixFilePermissions.fromString("r--r--r--");

    /** Entered by the engine as root; nobody else of the host may look. */
    private static final Set<PosixFilePermission> CLOSED = PosixFilePermissions.fromString("rwx------");

    private record WantedFile(Digest digest, Set<PosixFilePermission> mode, Content content) {}

    private interface Content {
        byte[] read() throws IOException;
    }

    private final Path directory;
    private final Path list;
    private final SortedMap<String, WantedFile> wanted = new TreeMap<>();

    ProjectFiles(Deployment deployment, ComposeModel model) {
        this(deployment.identity().directory());
        for (Deployment.ProjectFile file : deployment.files()) {
            wanted.put(
                    file.path(),
                    new WantedFile(
                            file.digest(),
                            file.executable() ? EXECUTABLE : PLAIN,
                            () -> Files.readAllBytes(file.blob())));
        }
        ConfigFiles.contents(model)
                .forEach((path, bytes) -> wanted.put(path, new WantedFile(Digest.of(bytes), GRANTED, () -> bytes)));
    }

    private ProjectFiles(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
        this.list = this.directory.resolveSibling(this.directory.getFileName() + ".written.json");
    }

    /** What a release brings, and what its model holds in its own text. */
    static ProjectFiles of(Wanted wanted) {
        return new ProjectFiles(wanted.deployment(), wanted.model());
    }

    /** Wants no file at all: what a rollback of a first apply goes back to. */
    static ProjectFiles none(Path directory) {
        return new ProjectFiles(directory);
    }

    /**
     * Brings the directory to what is wanted. May be repeated.
     *
     * @throws IOException naming the file that cannot be written
     */
    List<Change> sync() throws IOException {
        List<Change> changes = new ArrayList<>();
        SortedMap<String, Digest> written = written();
        SortedMap<String, Digest> union = new TreeMap<>(written);
        wanted.forEach((path, file) -> union.putIfAbsent(path, file.digest()));
        if (union.isEmpty()) {
            return changes;
        }
        Files.createDirectories(directory);
        for (String path : wanted.keySet()) {
            checkPath(path);
        }
        if (!union.equals(written)) {
            write(union);
        }
        for (Map.Entry<String, WantedFile> entry : wanted.entrySet()) {
            if (write(entry.getKey(), entry.getValue())) {
                changes.add(new Change(Change.Action.WRITTEN, "file/" + entry.getKey(), "content or mode differed"));
            }
        }
        for (Map.Entry<String, Digest> entry : written.entrySet()) {
            if (!wanted.containsKey(entry.getKey()) && removeIfOurs(entry.getKey(), entry.getValue())) {
                changes.add(new Change(Change.Action.REMOVED, "file/" + entry.getKey(), "no longer in the bundle"));
            }
        }
        SortedMap<String, Digest> now = new TreeMap<>();
        wanted.forEach((path, file) -> now.put(path, file.digest()));
        if (now.isEmpty()) {
            leave();
        } else if (!now.equals(union) || !now.equals(written)) {
            write(now);
        }
        return changes;
    }

    /** Nothing of ours is there any more. What the workload wrote stays, and so does the directory then. */
    private void leave() throws IOException {
        Files.deleteIfExists(list);
        if (isEmpty(directory)) {
            Files.delete(directory);
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var content = Files.list(folder)) {
            return content.findAny().isEmpty();
        }
    }

    /** Files whose content or mode is not as wanted. */
    List<Difference> diff() throws IOException {
        List<Difference> drifts = new ArrayList<>();
        for (Map.Entry<String, WantedFile> entry : wanted.entrySet()) {
            Path file = directory.resolve(entry.getKey());
            String object = "file/" + entry.getKey();
            Optional<Digest> found = digest(file);
            if (found.isEmpty()) {
                drifts.add(new Difference(object, "state", "present", "missing"));
            } else if (!found.get().equals(entry.getValue().digest())) {
                drifts.add(new Difference(
                        object,
                        "digest",
                        entry.getValue().digest().brief(),
                        found.get().brief()));
            } else if (!Files.getPosixFilePermissions(file, NOFOLLOW_LINKS)
                    .equals(entry.getValue().mode())) {
                drifts.add(new Difference(
                        object,
                        "mode",
                        PosixFilePermissions.toString(entry.getValue().mode()),
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file, NOFOLLOW_LINKS))));
            }
        }
        return drifts;
    }

    /** The workload shares these folders: a link it planted must not lead our writes elsewhere. */
    private void checkPath(String path) throws IOException {
        Path file = directory.resolve(path).normalize();
        if (path.isEmpty() || Path.of(path).isAbsolute() || !file.startsWith(directory) || file.equals(directory)) {
            throw new IOException(path + ": leads out of the project directory");
        }
        Path at = directory;
        for (Path part : directory.relativize(file)) {
            at = at.resolve(part);
            if (Files.isSymbolicLink(at) && !at.equals(file)) {
                throw new IOException(
                        at + ": is a symbolic link; files of the project are not written through links. Remove it");
            }
        }
        if (Files.isDirectory(file, NOFOLLOW_LINKS)) {
            throw new IOException(file + ": is a folder, but the bundle has a file there. Remove the folder");
        }
    }

    private boolean write(String path, WantedFile file) throws IOException {
        Path target = directory.resolve(path);
        Optional<Digest> found = digest(target);
        if (found.isPresent() && found.get().equals(file.digest())) {
            if (Files.getPosixFilePermissions(target, NOFOLLOW_LINKS).equals(file.mode())) {
                return false;
            }
            Files.setPosixFilePermissions(target, file.mode());
            return true;
        }
        byte[] bytes = file.content().read();
        if (!Digest.of(bytes).equals(file.digest())) {
            throw new IOException(path + ": the stored blob does not have the digest of the bundle");
        }
        Path parent = target.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (path.startsWith(ConfigFiles.PRIVATE_FOLDER + "/")) {
            Files.setPosixFilePermissions(directory.resolve(ConfigFiles.PRIVATE_FOLDER), CLOSED);
        }
        DurableFiles.write(target, bytes, file.mode());
        return true;
    }

    private boolean removeIfOurs(String path, Digest ours) throws IOException {
        Path file = directory.resolve(path).normalize();
        if (!file.startsWith(directory) || !digest(file).equals(Optional.of(ours))) {
            return false;
        }
        Files.delete(file);
        for (Path at = file.getParent(); at != null && !at.equals(directory); at = at.getParent()) {
            if (!isEmpty(at)) {
                break;
            }
            Files.delete(at);
        }
        return true;
    }

    /** Empty where there is no regular file. */
    private static Optional<Digest> digest(Path file) throws IOException {
        if (!Files.isRegularFile(file, NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file, NOFOLLOW_LINKS)) {
            return Optional.of(Digest.of(in));
        }
    }

    private SortedMap<String, Digest> written() throws IOException {
        SortedMap<String, Digest> written = new TreeMap<>();
        if (!Files.exists(list)) {
            return written;
        }
        try {
            JsonReader.object(Files.readAllBytes(list))
                    .fields()
                    .forEach((path, digest) -> written.put(path, Digest.parse(Units.text(path, digest))));
        } catch (JsonException | IllegalArgumentException e) {
            throw new IOException(list + ": damaged. Remove it; files that left the bundle then stay", e);
        }
        return written;
    }

    private void write(SortedMap<String, Digest> files) throws IOException {
        Json.Builder json = Json.object();
        files.forEach((path, digest) -> json.put(path, digest.toString()));
        DurableFiles.write(list, JsonWriter.pretty(json.build()).getBytes(StandardCharsets.UTF_8));
    }

    /** Why a file was not written. */
    static RuntimeReason reason(IOException e) {
        return FullDisk.isCauseOf(e) ? RuntimeReason.DISK_FULL : RuntimeReason.FILE_UNWRITABLE;
    }
}
