package io.wherry.hub.source;

import io.wherry.contract.Reason;

/** Why a source gave nothing new. The last good state stays in every case. */
public enum SourceReason implements Reason {
    /** The URL is of a kind that is not fetched: {@code http:}, {@code file:}, {@code ext::}, a folder that is not allowed. */
    ADDRESS_REFUSED,
    /** No connection: unknown host, refused, no route. */
    SERVER_UNREACHABLE,
    /** The server answered too slowly or not at all; the source's {@code timeout} ended the wait. */
    SERVER_TIMED_OUT,
    /** The server answered with an error of its own (5xx), or broke off. */
    SERVER_FAILED,
    /** The server answered, but not as a Git server. */
    NOT_A_GIT_SERVER,
    /** 401 or 403: no credential, a wrong one, or one without the right to read. */
    UNAUTHORISED,
    /** The server sent us to another host; no credential goes there. */
    REDIRECT_REFUSED,
    /** The server's certificate was issued by nobody we trust. */
    UNKNOWN_CERTIFICATE_AUTHORITY,
    /** The server's certificate has expired, or is for another name, or the handshake failed. */
    CERTIFICATE_INVALID,
    /** The source does not name the key of its server of SSH; nothing is trusted because it came first. */
    HOST_KEY_UNKNOWN,
    /** The server of SSH shows another key than those that the source names. */
    HOST_KEY_CHANGED,
    /** No such repository, for this credential at least. */
    REPOSITORY_NOT_FOUND,
    /** The repository has no commit yet. */
    REPOSITORY_EMPTY,
    /** The repository has no such branch. */
    BRANCH_NOT_FOUND,
    /** The repository has no such tag, or it points to something that is no commit. */
    TAG_NOT_FOUND,
    /** No branch or tag reaches such a commit within the history that is kept. */
    COMMIT_NOT_FOUND,
    /** The tag points elsewhere than when it was first resolved; waits for a person. */
    TAG_MOVED,
    /** The branch no longer contains the commit deployed last; waits for a person. */
    HISTORY_REWRITTEN,
    /** The repository has no artifact of that digest. */
    DIGEST_NOT_FOUND,
    /** What the tag or digest means is nothing that files can be taken of: an image, a chart, an unknown kind. */
    NOT_AN_ARTIFACT,
    /** The artifact holds something that is refused by its name or kind: a link, a path that leads elsewhere, two of one name. */
    ARTIFACT_REFUSED,
    /** The artifact holds no file. */
    ARTIFACT_EMPTY,
    /** The artifact must be signed, and is not. */
    ARTIFACT_UNSIGNED,
    /** The artifact is signed, and by none of the keys that the source names. */
    ARTIFACT_SIGNER_UNKNOWN,
    /** A key that the source names signed something else: another digest, or another repository. */
    ARTIFACT_SIGNATURE_MISMATCH,
    /** 429: the registry wants to be asked less often. */
    TOO_MANY_REQUESTS,
    /** The commit, or the tag that is followed, carries no signature, and the source wants one. */
    NOT_SIGNED,
    /** The signature is not of these bytes, or cannot be read. */
    SIGNATURE_INVALID,
    /** A good signature of a key that the source does not name. */
    SIGNED_BY_UNKNOWN_KEY,
    /** Of a key that has expired, was revoked, or was not valid yet. */
    SIGNING_KEY_EXPIRED,
    /** An SSH signature that was made for something else than Git, or by a key that may not sign for Git. */
    SIGNED_FOR_ANOTHER_USE,
    /** A signature over SHA-1 or another weak digest. */
    SIGNATURE_TOO_WEAK,
    /** Repository, object or file count above a limit. */
    TOO_LARGE,
    /** The hub's own disk or mirror failed. */
    MIRROR_FAILED;

    /** Whether somebody else, or nobody, signed what was to be taken. */
    public boolean isOfSignature() {
        return switch (this) {
            case ARTIFACT_UNSIGNED,
                    ARTIFACT_SIGNER_UNKNOWN,
                    ARTIFACT_SIGNATURE_MISMATCH,
                    NOT_SIGNED,
                    SIGNATURE_INVALID,
                    SIGNED_BY_UNKNOWN_KEY,
                    SIGNING_KEY_EXPIRED,
                    SIGNED_FOR_ANOTHER_USE,
                    SIGNATURE_TOO_WEAK -> true;
            case ADDRESS_REFUSED,
                    SERVER_UNREACHABLE,
                    SERVER_TIMED_OUT,
                    SERVER_FAILED,
                    NOT_A_GIT_SERVER,
                    UNAUTHORISED,
                    REDIRECT_REFUSED,
                    UNKNOWN_CERTIFICATE_AUTHORITY,
                    CERTIFICATE_INVALID,
                    HOST_KEY_UNKNOWN,
                    HOST_KEY_CHANGED,
                    REPOSITORY_NOT_FOUND,
                    REPOSITORY_EMPTY,
                    BRANCH_NOT_FOUND,
                    TAG_NOT_FOUND,
                    COMMIT_NOT_FOUND,
                    DIGEST_NOT_FOUND,
                    NOT_AN_ARTIFACT,
                    ARTIFACT_REFUSED,
                    ARTIFACT_EMPTY,
                    TOO_MANY_REQUESTS,
                    TAG_MOVED,
                    HISTORY_REWRITTEN,
                    TOO_LARGE,
                    MIRROR_FAILED -> false;
        };
    }
}
