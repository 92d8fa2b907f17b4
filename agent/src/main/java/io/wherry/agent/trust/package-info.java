/**
 * Stages 2 and 3 of 7: adopt and stage. Loads what {@code contract.verify} needs, and stores what it decided; next is {@code reconcile}.
 *
 * <p>Takes an offered envelope, gives an adopted assignment; takes an entry, gives its verified content. No option skips anything.
 */
@NullMarked
package io.wherry.agent.trust;

import org.jspecify.annotations.NullMarked;
