package io.wherry.hub.release;

import io.wherry.contract.Digest;
import io.wherry.contract.Role;
import io.wherry.contract.Roles;
import io.wherry.contract.Signer;
import io.wherry.contract.TrustRoot;
import java.util.Collection;
import java.util.List;

/**
 * What the hub signs with, and under which root.
 *
 * @param trustDomain digest of trust root version 1
 * @param root        the newest trust root
 * @param hub         signs assignments
 * @param release     signs releases where no approvers are asked for
 */
public record SigningKeys(Digest trustDomain, TrustRoot root, Signer hub, Signer release) {

    /** Of the newest trust root. */
    public long epoch() {
        return root.epoch();
    }

    /**
     * The roles that must have signed a release for these environments, each once.
     *
     * @param environments names; {@code *} or the empty text for agents without one
     */
    List<Role> roles(Collection<String> environments) {
        return environments.stream().map(this::role).distinct().toList();
    }

    /**
     * The role that releases for agents of this environment.
     *
     * @throws KeysException if the root names none: no agent there would take anything
     */
    Role role(String environment) {
        return root.roles()
                .releaseFor(environment.equals(Roles.ANY) ? "" : environment)
                .orElseThrow(() -> new KeysException("trust root " + root.version() + ": names nobody who may release"
                        + " for environment \"" + environment + "\" (expected: a role for it, or for *)"));
    }

    /** Whether the hub's own signature is all that the role asks for. */
    boolean signsAlone(Role role) {
        return role.threshold() == 1 && role.keyIds().contains(release.keyId());
    }
}
