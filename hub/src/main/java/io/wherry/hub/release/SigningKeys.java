package io.wherry.hub.release;

import io.wherry.contract.Digest;
import io.wherry.contract.Signer;

/**
 * What the hub signs with, and under which root.
 *
 * @param trustDomain digest of trust root version 1
 * @param epoch       of the newest trust root
 * @param hub         signs assignments
 * @param release     signs releases
 */
public record SigningKeys(Digest trustDomain, long epoch, Signer hub, Signer release) {}
