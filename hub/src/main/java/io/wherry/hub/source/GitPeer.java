package io.wherry.hub.source;

import io.wherry.base.FullDisk;
import io.wherry.contract.Limits;
import io.wherry.hub.resource.SourceUrl;
import io.wherry.hub.resource.SshUrl;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ProgressMonitor;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;

/**
 * A repository that a person's command reads or writes: over HTTPS by the rules of a Git source, or in a folder that the person named. The hub
 * itself never writes to one.
 */
public final class GitPeer {
    /** As long as a large blob may take. */
    private static final Duration TIME = Duration.ofHours(1);

    /**
     * All of the history, unlike a hub's mirror: a transfer file holds at most 8 GiB of it, 1 GiB a file and 1,000,000 objects, which take 100
     * bytes of memory each.
     */
    private static final GitLimits LIMITS =
            new GitLimits(Integer.MAX_VALUE, Limits.IMAGE_BLOB_BYTES, 1L << 30, 1_000_000, Limits.IMAGE_BLOB_BYTES);

    private static final Map<SourceReason, String> HINTS = Map.of(
            SourceReason.UNAUTHORISED, "give a user and a password or token for this host in the file of --credentials",
            SourceReason.UNKNOWN_CERTIFICATE_AUTHORITY, "name a file with the authority's certificate (PEM): --ca-file",
            SourceReason.SERVER_UNREACHABLE, "check the URL, name resolution, firewall and proxy",
            SourceReason.SERVER_TIMED_OUT, "is the server up and not overloaded?",
            SourceReason.SERVER_FAILED, "look at the server's log",
            SourceReason.REDIRECT_REFUSED, "if the repository has moved, give its new URL");

    private final URIish at;
    private final Optional<URI> url;
    private final Optional<String> caBundle;
    private final Optional<GitCredential> credential;

    private GitPeer(URIish at, Optional<URI> url, Optional<String> caBundle, Optional<GitCredential> credential) {
        this.at = at;
        this.url = url;
        this.caBundle = caBundle;
        this.credential = credential;
    }

    @FunctionalInterface
    private interface Work<T> {
        T with(Transport transport, ProgressMonitor budget) throws IOException;
    }

    /**
     * Reached over HTTPS.
     *
     * @param caBundle PEM; the only authorities that are believed, if there
     * @throws IllegalArgumentException if it is no URL that is allowed
     */
    public static GitPeer at(String url, Optional<String> caBundle, Optional<GitCredential> credential) {
        Optional<String> problem = SourceUrl.isLocal(url)
                ? Optional.of("a path")
                : SshUrl.is(url)
                        ? Optional.of("ssh: is for sources of the hub alone (clone it, and name the folder)")
                        : SourceUrl.check(url);
        if (problem.isPresent()) {
            throw new IllegalArgumentException("url: " + problem.get());
        }
        return new GitPeer(uri(url), Optional.of(URI.create(url)), caBundle, credential);
    }

    /** In a folder of this machine: a bare repository, or one with a working tree. */
    public static GitPeer in(Path folder) {
        return new GitPeer(
                uri(folder.toAbsolutePath().toString()), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static URIish uri(String text) {
        try {
            return new URIish(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("repository: " + text + " (expected: an address or a folder)", e);
        }
    }

    /** A bare repository of our own, for what comes and goes; keeps limits on what it takes, and nothing of the machine's Git configuration. */
    public static Repository room(Path folder, InstantSource clock) throws IOException {
        IsolatedSystemReader.install(clock);
        Files.createDirectories(folder);
        return MirrorRepository.open(folder.toFile(), LIMITS);
    }

    /**
     * Makes a bare repository for others to read.
     *
     * @param head the branch that it shows first, if any
     */
    public static void create(Path folder, Optional<String> head, InstantSource clock) throws IOException {
        IsolatedSystemReader.install(clock);
        try (Repository repository = new FileRepository(folder.toFile())) {
            repository.create(true);
            if (head.isPresent()) {
                RefUpdate.Result linked = repository.updateRef(Constants.HEAD).link(head.get());
                if (linked != RefUpdate.Result.NEW
                        && linked != RefUpdate.Result.FORCED
                        && linked != RefUpdate.Result.NO_CHANGE) {
                    throw new IOException(folder + ": HEAD was not written: " + linked);
                }
            }
        }
    }

    /** Its branches, its tags, and HEAD if it names a branch. */
    public Collection<Ref> list(Repository room) throws GitPeerException {
        return connected(room, "list its references", GitService.FETCH, (transport, budget) -> {
            try (FetchConnection connection = transport.openFetch(List.of(
                    new RefSpec("refs/heads/*", RefSpec.WildcardMode.ALLOW_MISMATCH),
                    new RefSpec("refs/tags/*", RefSpec.WildcardMode.ALLOW_MISMATCH),
                    new RefSpec(Constants.HEAD)))) {
                return List.copyOf(connection.getRefs());
            }
        });
    }

    /**
     * Fetches refs with all their history.
     *
     * @param specs theirs to those of the room
     */
    public void fetch(Repository room, Collection<RefSpec> specs) throws GitPeerException {
        connected(room, "finish the fetch", GitService.FETCH, (transport, budget) -> transport.fetch(budget, specs));
    }

    /**
     * Pushes, and gives back what became of each: one may be refused and the next be taken.
     *
     * @throws GitPeerException if the other side was not reached, or broke off
     */
    public Collection<RemoteRefUpdate> push(Repository room, Collection<RemoteRefUpdate> updates)
            throws GitPeerException {
        return connected(room, "take the push", GitService.PUSH, (transport, budget) -> transport
                .push(budget, updates)
                .getRemoteUpdates());
    }

    private <T> T connected(Repository room, String work, GitService service, Work<T> task) throws GitPeerException {
        GitBudget budget = new GitBudget(at.toString(), work, Deadline.after(TIME), LIMITS.fetchBytes());
        try (GitHttp http = url.isPresent()
                        ? GitHttp.open(
                                url.get(),
                                new GitHttp.Way(caBundle, Optional.empty()),
                                credential.flatMap(GitCredential::web),
                                budget,
                                service)
                        : null;
                Transport transport = Transport.open(room, at)) {
            if (transport instanceof TransportHttp smart) {
                smart.setHttpConnectionFactory(java.util.Objects.requireNonNull(http, "http"));
            }
            transport.setTagOpt(TagOpt.NO_TAGS); // only what is named
            transport.setRemoveDeletedRefs(false);
            return task.with(transport, budget);
        } catch (IOException
                | RuntimeException e) { // JGit's answer to packet lines that nobody should send is unchecked
            throw explained(e);
        }
    }

    private GitPeerException explained(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case SourceFailure known -> {
                    return known(known);
                }
                case NoRemoteRepositoryException _ -> {
                    return new GitPeerException(
                            at + ": is no Git repository", "give what \"git clone\" takes: a URL or a folder", failure);
                }
                case FileSystemException disk -> {
                    return new GitPeerException(
                            at + ": " + disk.getMessage() + " cannot be read or written",
                            "check permissions and room on the disk",
                            failure);
                }
                default -> {}
            }
        }
        return new GitPeerException(
                at + ": " + failure.getMessage(),
                FullDisk.isCauseOf(failure) ? "make room on that disk" : "does \"git ls-remote\" work from here?",
                failure);
    }

    /** The same failure in the words of a command: a source's are about the hub. */
    private GitPeerException known(SourceFailure failure) {
        String detail =
                switch (failure.reason()) {
                    case UNAUTHORISED ->
                        at + ": the server wants a login"
                                + (credential.isPresent() ? ", and refused that of --credentials" : "");
                    case UNKNOWN_CERTIFICATE_AUTHORITY ->
                        at + ": its certificate was issued by an authority that is not "
                                + (caBundle.isPresent() ? "in the file of --ca-file" : "known here");
                    default -> String.valueOf(failure.getMessage());
                };
        return new GitPeerException(detail, HINTS.getOrDefault(failure.reason(), failure.hint()), failure);
    }

    @Override
    public String toString() {
        return at.toString();
    }
}
