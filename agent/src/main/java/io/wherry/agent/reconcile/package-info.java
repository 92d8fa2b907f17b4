/**
 * Stages 3 to 6 of 7 at one site: stage, plan, apply, observe, in the order and with the safety of the journal. {@code Reconciler} tells the story.
 *
 * <p>Takes adopted entries, gives standings and receipts; next is {@code report}. {@code Stacks} has one loop for each stack, in which {@code StackConverger} works:
 * {@code Deployments} stages, {@code GenerationWork} brings a new generation about, {@code Watch} looks after what runs, {@code Removal} takes away. No stack waits for
 * another unless it says so by {@code dependsOn}. {@code Reporter} says what became of them, {@code SiteAnswers} and {@code Exports} answer who asks.
 */
@NullMarked
package io.wherry.agent.reconcile;

import org.jspecify.annotations.NullMarked;
