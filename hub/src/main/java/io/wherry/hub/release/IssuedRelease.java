package io.wherry.hub.release;

import io.wherry.contract.Digest;
import io.wherry.contract.Release;

/**
 * A signed release.
 *
 * @param digest   SHA-256 of its payload
 * @param envelope DSSE envelope as JSON bytes; not copied: do not change it
 */
public record IssuedRelease(Release release, Digest digest, byte[] envelope) {
    public long counter() {
        return release.counter();
    }
}
