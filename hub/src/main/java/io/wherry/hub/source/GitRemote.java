package io.wherry.hub.source;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.TooLargeObjectInPackException;
import org.eclipse.jgit.errors.TooLargePackException;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.FetchResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.TrackingRefUpdate;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;

/** The other side of a mirror during one check: lists and fetches, both bounded, and says what went wrong in an operator's words. */
final class GitRemote {

    /** 20 s for a listing, of which 6 ms are usual: a server that needs longer is not well, and its other users are waiting too. */
    private static final Duration LIST_TIMEOUT = Duration.ofSeconds(20);

    /** Without a place to put them: they are listed only. */
    private static final List<RefSpec> LISTED = List.of(
            new RefSpec("refs/heads/*", RefSpec.WildcardMode.ALLOW_MISMATCH),
            new RefSpec("refs/tags/*", RefSpec.WildcardMode.ALLOW_MISMATCH));

    private final GitMirror mirror;
    private final GitAddress address;
    private final GitHttp.Way way;
    private final Optional<GitCredential> credential;
    private final Deadline deadline;
    private final GitLimits limits;

    GitRemote(
            GitMirror mirror,
            GitAddress address,
            GitHttp.Way way,
            Optional<GitCredential> credential,
            Deadline deadline,
            GitLimits limits) {
        this.mirror = mirror;
        this.address = address;
        this.way = way;
        this.credential = credential;
        this.deadline = deadline;
        this.limits = limits;
    }

    @FunctionalInterface
    private interface Work<T> {
        T with(Transport transport) throws IOException;
    }

    /** All branches and tags. */
    GitListing list(InstantSource clock) throws SourceFailure {
        GitBudget budget = new GitBudget(
                address.text(), "list its references", deadline.atMost(LIST_TIMEOUT), GitLimits.LISTING_BYTES);
        return connected(budget, transport -> {
            var asked = clock.instant();
            try (FetchConnection connection = transport.openFetch(LISTED)) {
                return GitListing.of(connection.getRefs(), asked);
            }
        });
    }

    /**
     * Fetches these references, {@code from} theirs {@code to} ours, with their history.
     *
     * <p>What the mirror follows already comes as what is new behind it, whatever that is; only a history that is too large for that, as one that has
     * nothing in common with ours may be, is cut like a new one's.
     *
     * @throws SourceFailure if any of them cannot be had; some may have been written then
     */
    void fetch(Collection<RefSpec> specs) throws SourceFailure {
        if (mirror.follows(specs)) {
            fetch(specs, History.NEW, SourceFailure::isTooLarge, History.CUT);
        } else {
            fetch(specs, History.CUT, SourceFailure::isOfProtocol, History.NEW);
        }
    }

    /** How far back. */
    private enum History {
        /** All that the mirror does not have. */
        NEW,
        /**
         * So many commits, counted anew from the tip. JGit cannot read the answer to that in the first version of the protocol, which local repositories and some
         * servers speak, where the mirror has 64 commits or more to offer (it looks for the cut behind the acknowledgements, and it comes before them).
         */
        CUT
    }

    private void fetch(Collection<RefSpec> specs, History first, Predicate<SourceFailure> helpless, History then)
            throws SourceFailure {
        try {
            fetch(specs, first);
        } catch (SourceFailure e) {
            if (mirror.fresh() || !helpless.test(e)) {
                throw e;
            }
            fetch(specs, then);
        }
    }

    private void fetch(Collection<RefSpec> specs, History history) throws SourceFailure {
        GitBudget budget = new GitBudget(address.text(), "finish the fetch", deadline, limits.fetchBytes());
        connected(budget, transport -> {
            if (history == History.CUT) {
                transport.setDepth(limits.historyCommits());
            }
            FetchResult result = transport.fetch(budget, specs);
            for (TrackingRefUpdate update : result.getTrackingRefUpdates()) {
                written(update);
            }
            return result;
        });
    }

    private void written(TrackingRefUpdate update) throws IOException {
        RefUpdate.Result result = update.getResult();
        switch (result) {
            case NEW, FORCED, FAST_FORWARD, NO_CHANGE, RENAMED -> {}
            case NOT_ATTEMPTED,
                    LOCK_FAILURE,
                    REJECTED,
                    REJECTED_CURRENT_BRANCH,
                    IO_FAILURE,
                    REJECTED_MISSING_OBJECT,
                    REJECTED_OTHER_REASON ->
                throw new SourceFailure(
                        SourceReason.MIRROR_FAILED,
                        mirror.folder() + ": reference " + update.getLocalName() + " was not written: " + result,
                        "does another process write there? is the disk full?");
        }
    }

    private <T> T connected(GitBudget budget, Work<T> work) throws SourceFailure {
        try (GitHttp http = address instanceof GitAddress.Https https
                        ? GitHttp.open(
                                https.url(), way, credential.flatMap(GitCredential::web), budget, GitService.FETCH)
                        : null;
                GitSsh ssh = address instanceof GitAddress.Ssh server ? GitSsh.open(server, credential, budget) : null;
                Transport transport = Transport.open(mirror.repository(), new URIish(address.text()))) {
            if (transport instanceof TransportHttp smart) {
                smart.setHttpConnectionFactory(java.util.Objects.requireNonNull(http, "http"));
            }
            if (transport instanceof SshTransport shell) {
                shell.setSshSessionFactory(java.util.Objects.requireNonNull(ssh, "ssh"));
            }
            transport.setTagOpt(TagOpt.NO_TAGS); // only what is followed
            transport.setRemoveDeletedRefs(false);
            return work.with(transport);
        } catch (IOException | URISyntaxException e) {
            throw explained(e, budget);
        } catch (RuntimeException e) {
            throw explained(e, budget); // JGit's answer to packet lines that nobody should send
        }
    }

    private SourceFailure explained(Exception failure, GitBudget budget) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            SourceFailure known = known(cause);
            if (known != null) {
                return known;
            }
        }
        if (budget.deadline().over()) {
            return budget.timedOut(failure);
        }
        return new SourceFailure(
                SourceReason.SERVER_FAILED,
                address.text() + ": " + failure.getMessage(),
                "tried again at the next check; does \"git fetch\" work from the hub's host?",
                failure);
    }

    private @Nullable SourceFailure known(Throwable cause) {
        return switch (cause) {
            case SourceFailure failure -> failure;
            case TooLargeObjectInPackException e -> tooLarge(e);
            case TooLargePackException e -> tooLarge(e);
            case NoRemoteRepositoryException e ->
                new SourceFailure(
                        SourceReason.REPOSITORY_NOT_FOUND,
                        address.text() + " is no Git repository",
                        "check the URL: it is the one that \"git clone\" takes",
                        e);
            case FileSystemException e ->
                new SourceFailure(
                        SourceReason.MIRROR_FAILED,
                        "the hub's mirror cannot be written: " + e.getMessage(),
                        "is the disk full, or were its permissions changed?",
                        e);
            default -> null;
        };
    }

    private SourceFailure tooLarge(IOException cause) {
        return new SourceFailure(
                SourceReason.TOO_LARGE,
                address.text() + " holds a file above " + limits.objectBytes() + " bytes in its last "
                        + limits.historyCommits() + " commits",
                "large files belong into an image; take it out of the history, or use a repository of its own",
                cause);
    }
}
