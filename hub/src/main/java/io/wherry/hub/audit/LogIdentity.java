package io.wherry.hub.audit;

import io.wherry.contract.Digest;
import io.wherry.contract.Signer;

/**
 * Whose log it is.
 *
 * @param epoch the trust root's: a restored hub's log is another one
 * @param key   signs checkpoints, by the log role of the trust root
 */
public record LogIdentity(Digest trustDomain, long epoch, Signer key) {
    /** The log's name in checkpoints. */
    public String origin() {
        return origin(trustDomain, epoch);
    }

    static String origin(Digest trustDomain, long epoch) {
        return "wherry/" + trustDomain.hex().substring(0, 32) + "/" + epoch;
    }
}
