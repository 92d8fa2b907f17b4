/**
 * The contract: all that hub and agent must agree on byte for byte (docs/reference/bundle-format.md).
 *
 * <p>Records that validate themselves, their JSON, digests, ids and the DSSE envelope. {@code contract.verify} is the order in which an agent
 * judges what it is offered; {@code contract.json} is the strict JSON below it all.
 */
@NullMarked
package io.wherry.contract;

import org.jspecify.annotations.NullMarked;
