/**
 * The order in which offered documents are judged (docs/reference/bundle-format.md#verification). Pure: no clock, no I/O, no option that
 * skips anything; the same online and offline.
 *
 * <p>{@link io.wherry.contract.verify.RootChain} says who is trusted, {@link io.wherry.contract.verify.AdoptionVerifier} judges an
 * assignment (ADOPT), {@link io.wherry.contract.verify.ReleaseVerifier} and {@link io.wherry.contract.verify.ManifestVerifier} judge what
 * one stack needs (STAGE), {@link io.wherry.contract.verify.StartVerifier} whether a generation may begin (APPLY), and
 * {@link io.wherry.contract.verify.ReceiptVerifier} what came home. Whoever is told a next {@code Floor} stores it durably before any effect.
 */
@NullMarked
package io.wherry.contract.verify;

import org.jspecify.annotations.NullMarked;
