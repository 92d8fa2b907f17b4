/**
 * Stages 3 to 6 of 7 at one site: stage, plan, apply, observe, in the order and with the safety of the journal. {@code Reconciler} tells the story.
 *
 * <p>Takes adopted entries, gives standings and receipts; next is {@code report}. Each stack converges by itself: no stack waits for another unless it says
 * so by {@code dependsOn}.
 */
@NullMarked
package io.wherry.agent.reconcile;

import org.jspecify.annotations.NullMarked;
