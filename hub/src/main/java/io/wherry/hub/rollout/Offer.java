package io.wherry.hub.rollout;

import io.wherry.contract.Digest;

/**
 * The newest signed assignment of one agent.
 *
 * @param digest   SHA-256 of its payload
 * @param envelope DSSE envelope as JSON bytes; not copied: do not change it
 */
public record Offer(long epoch, long sequence, Digest digest, byte[] envelope) {}
