package io.wherry.hub.source;

import java.util.Optional;

/** Gives out credentials for one purpose: fetching. The vault behind it decides whether this one may be sent to that host. */
@FunctionalInterface
public interface GitCredentials {

    /** None at all: for public repositories and local folders. */
    GitCredentials NONE = (name, host) -> Optional.empty();

    /**
     * The credential of that name if it may be sent to the host; asked anew for each check, so a rotation holds at once.
     *
     * @param name as in the source's {@code credentialRef}
     * @param host {@code HOST}, or {@code HOST:PORT} where the port is not the usual one
     */
    Optional<GitCredential> forHost(String name, String host);
}
