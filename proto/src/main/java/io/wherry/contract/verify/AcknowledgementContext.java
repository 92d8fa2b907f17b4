package io.wherry.contract.verify;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.TrustRoot;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an agent knows when it judges an acknowledgement.
 *
 * @param taken   the one it took last
 * @param written its own receipts, counter to digest of the payload, as far as it knows them still: those it keeps, the one before them, and the newest it
 *                ever wrote. Empty: it never wrote one
 */
public record AcknowledgementContext(
        TrustRoot root,
        Digest trustDomain,
        AgentId agentId,
        Optional<Acknowledged> taken,
        SortedMap<Long, Digest> written) {
    public AcknowledgementContext {
        written = Collections.unmodifiableSortedMap(new TreeMap<>(written));
    }
}
