package io.wherry.hub.source;

import io.wherry.base.Durations;
import org.eclipse.jgit.lib.EmptyProgressMonitor;
import org.jspecify.annotations.Nullable;

/** What one check may take of time, bytes and objects. JGit asks it as its progress monitor; the connection asks it at each read. */
final class GitBudget extends EmptyProgressMonitor {

    private final String server;
    private final String work;
    private final Deadline deadline;
    private final long bytes;
    private long receivedBytes;

    /**
     * A budget for one piece of work.
     *
     * @param server for messages
     * @param work   for messages, as in "did not WORK within 20s"
     * @param bytes  received at most
     */
    GitBudget(String server, String work, Deadline deadline, long bytes) {
        this.server = server;
        this.work = work;
        this.deadline = deadline;
        this.bytes = bytes;
    }

    Deadline deadline() {
        return deadline;
    }

    void checkTime() throws SourceFailure {
        if (deadline.over()) {
            throw timedOut(null);
        }
    }

    SourceFailure timedOut(@Nullable Throwable cause) {
        SourceFailure failure = new SourceFailure(
                SourceReason.SERVER_TIMED_OUT,
                server + " did not " + work + " within " + Durations.format(deadline.allowed()),
                "is the server up and not overloaded? for a large repository raise the source's timeout");
        if (cause != null) {
            failure.initCause(cause);
        }
        return failure;
    }

    /** Of several threads: over SSH what a server says and what it complains of come side by side. */
    synchronized void received(long more) throws SourceFailure {
        receivedBytes += more;
        if (receivedBytes > bytes) {
            throw new SourceFailure(
                    SourceReason.TOO_LARGE,
                    server + " sent more than " + bytes + " bytes when asked to " + work,
                    "keep large files and unused references out of the repository");
        }
    }

    /** Time is over, so JGit shall stop between two objects. */
    @Override
    public boolean isCancelled() {
        return deadline.over();
    }
}
