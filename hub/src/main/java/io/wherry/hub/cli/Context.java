package io.wherry.hub.cli;

import java.util.Optional;

/**
 * One hub this person has logged in to.
 *
 * @param server {@code https://HOST:PORT}
 * @param token  the API key; lives only in the configuration file (0600) and in the Authorization header
 * @param ca     certificates the hub's must lead to, in PEM; empty: the machine's own
 * @param caPin  {@code sha256:…} of the CA's public key; empty: no pin
 * @param trustDomain {@code sha256:…} of the hub's first trust root, as the hub said at login: what its exports are verified against
 */
record Context(
        String name,
        String server,
        String token,
        Optional<String> ca,
        Optional<String> caPin,
        Optional<String> trustDomain) {

    /** Never shows the token. */
    @Override
    public String toString() {
        return name + " (" + server + ")";
    }
}
