package io.wherry.hub.fleet;

import io.wherry.contract.Digest;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A join token as the hub keeps it: everything but the secret.
 *
 * @param environment the environment its site must be in; empty: any
 * @param owner       id of the first key that presented it; empty: unused
 */
public record JoinTokenRecord(
        String id,
        SortedMap<String, String> labels,
        String environment,
        boolean approval,
        String createdBy,
        Instant created,
        Instant expires,
        Optional<Instant> revoked,
        Optional<Digest> owner,
        Optional<Instant> used) {
    public JoinTokenRecord {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    /** {@code used}, {@code revoked}, {@code expired} or {@code open}, in this order of precedence. */
    public String state(Instant now) {
        if (owner.isPresent()) {
            return "used";
        }
        if (revoked.isPresent()) {
            return "revoked";
        }
        return now.isBefore(expires) ? "open" : "expired";
    }
}
