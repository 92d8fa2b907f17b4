package io.wherry.contract.verify;

import io.wherry.contract.Digest;
import io.wherry.contract.TrustRoot;

/** What the chain of trust roots says. */
public sealed interface Roots {
    /** @param newest the root to trust from now on; the one known before where the chain held nothing newer */
    record Trusted(TrustRoot newest, Digest trustDomain) implements Roots {}

    /** The root known before stays in force. */
    record Refused(VerifyReason reason, String detail) implements Roots {}
}
