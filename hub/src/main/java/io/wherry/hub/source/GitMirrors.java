package io.wherry.hub.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.FileTree;
import io.wherry.contract.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The mirrors on the hub's disk: one for each URL, credential, and CA bundle or host keys, below {@code DIR/mirrors/}, however many sources and stacks use it.
 *
 * <p>They are a cache: what is lost is fetched again.
 */
public final class GitMirrors implements AutoCloseable {
    private static final String DAMAGED = ".damaged";

    private final Path directory;
    private final List<Path> localDirectories;
    private final GitLimits limits;
    private final Map<String, GitMirror> open = new HashMap<>(); // guarded by this

    /**
     * Opens nothing yet.
     *
     * @param directory        holds the mirrors; made if missing
     * @param localDirectories absolute folders below which repositories on this host may be sources; usually none
     */
    public GitMirrors(Path directory, List<Path> localDirectories, InstantSource clock) {
        this(directory, localDirectories, clock, GitLimits.DEFAULT);
    }

    GitMirrors(Path directory, List<Path> localDirectories, InstantSource clock, GitLimits limits) {
        for (Path local : localDirectories) {
            if (!local.isAbsolute()) {
                throw new IllegalArgumentException(
                        "sources.localDirectories: " + local + " (expected: absolute paths)");
            }
        }
        IsolatedSystemReader.install(clock);
        this.directory = directory;
        this.localDirectories = List.copyOf(localDirectories);
        this.limits = limits;
    }

    GitLimits limits() {
        return limits;
    }

    GitAddress address(GitSource source) throws SourceFailure {
        return GitAddress.parse(source.url(), source.repository().rules().hostKeys(), localDirectories);
    }

    /**
     * The name of a source's mirror: sources with the same URL, credential and trusted authorities or host keys share it. These count, so that
     * a source that trusts the wrong ones cannot feed another.
     */
    static String key(GitSource source) {
        StringBuilder text =
                new StringBuilder(source.url() + "\0" + source.credential().orElse("") + "\0"
                        + source.repository().caBundle().orElse(""));
        source.repository().rules().hostKeys().ifPresent(keys -> text.append('\0')
                .append(keys));
        source.repository().proxy().ifPresent(proxy -> text.append("\0proxy\0").append(proxy));
        // Whoever must have signed an artifact counts too: what is in its mirror was judged by these keys.
        source.repository().rules().cosign().ifPresent(keys -> text.append("\0cosign\0")
                .append(keys));
        return Digest.of(text.toString().getBytes(UTF_8)).hex().substring(0, 32);
    }

    synchronized GitMirror mirror(GitSource source) throws SourceFailure {
        String key = key(source);
        GitMirror known = open.get(key);
        if (known != null) {
            return known;
        }
        try {
            GitMirror mirror = GitMirror.open(directory.resolve(key), limits);
            open.put(key, mirror);
            return mirror;
        } catch (IOException e) {
            throw failed(directory.resolve(key), e);
        }
    }

    static SourceFailure failed(Path mirror, IOException e) {
        return new SourceFailure(
                SourceReason.MIRROR_FAILED,
                "the mirror " + mirror + " cannot be used: " + e.getMessage(),
                "is the disk full, or were its permissions changed? a mirror may be deleted while the hub is stopped",
                e);
    }

    /** Puts a damaged mirror aside, so that the next check fetches a new one. One such is kept, for whoever asks why. */
    synchronized void putAside(GitMirror mirror) throws IOException {
        open.values().remove(mirror);
        mirror.close();
        Path aside = mirror.folder().resolveSibling(mirror.folder().getFileName() + DAMAGED);
        FileTree.delete(aside);
        Files.move(mirror.folder(), aside);
    }

    /** Deletes the mirrors that none of these sources uses. */
    public synchronized void collect(Collection<GitSource> used) {
        Set<String> keys = used.stream().map(GitMirrors::key).collect(Collectors.toSet());
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> folders = Files.list(directory)) {
            for (Path folder : folders.toList()) {
                String name = String.valueOf(folder.getFileName());
                if (!keys.contains(name.replace(DAMAGED, ""))) {
                    GitMirror unused = open.remove(name);
                    if (unused != null) {
                        unused.close();
                    }
                    FileTree.delete(folder);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(directory + ": unused mirrors were not deleted", e);
        }
    }

    @Override
    public synchronized void close() {
        open.values().forEach(GitMirror::close);
        open.clear();
    }
}
