package io.wherry.contract.verify;

import io.wherry.contract.Digest;
import io.wherry.contract.TrustRoot;
import java.time.Instant;

/**
 * What an agent knows when it judges a release.
 *
 * @param root        the newest trusted root
 * @param trustDomain pinned at join
 * @param environment of this agent, fixed at join; empty: none
 * @param now         the own clock, whatever it shows
 */
public record StageContext(TrustRoot root, Digest trustDomain, String environment, Floor floor, Instant now) {}
