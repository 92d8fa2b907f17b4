/**
 * What happened, in an append-only Merkle log (RFC 6962). Takes events within the transaction that they describe, gives records with proofs,
 * signed checkpoints, and exports that anyone can verify offline.
 */
@NullMarked
package io.wherry.hub.audit;

import org.jspecify.annotations.NullMarked;
