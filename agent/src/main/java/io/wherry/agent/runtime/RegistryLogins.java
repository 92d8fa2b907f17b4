package io.wherry.agent.runtime;

import io.wherry.contract.RegistryLogin;
import io.wherry.contract.StackId;
import java.util.Optional;

/** What a pull may show to its registry. Asked for each pull anew, and kept by nobody. */
@FunctionalInterface
public interface RegistryLogins {
    RegistryLogins NONE = (stack, registry) -> Optional.empty();

    /**
     * The login that a stack has for a registry; empty: it pulls without one.
     *
     * @param registry {@code HOST} or {@code HOST:PORT} of where is really pulled from
     * @throws RuntimeUnavailable if one of the stack's logins does not open here
     */
    Optional<RegistryLogin> find(StackId stack, String registry);
}
