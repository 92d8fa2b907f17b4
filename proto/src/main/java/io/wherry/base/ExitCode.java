package io.wherry.base;

/** The exit codes of all three programs (docs/reference/exit-codes.md). Scripts rely on them: a number never changes its meaning. */
public enum ExitCode {
    OK(0),
    FAILED(1),
    USAGE(2),
    NOT_FOUND(3),
    /** Not logged in, or not allowed. */
    DENIED(4),
    /** Blocked by a conflict, a window or a missing approval. */
    BLOCKED(5),
    TIMEOUT(6),
    /** The work was carried out, and what runs now is not healthy. */
    UNHEALTHY(7),
    VERIFICATION_FAILED(8),
    HUB_UNREACHABLE(9),
    INTERRUPTED(130);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
