/**
 * Stages 1 to 6 in order, told by {@link io.wherry.hub.sync.FleetSync}: takes what the sources hold, gives what each agent should run.
 *
 * <ul>
 *   <li>What a turn begins with: {@code FleetView}, who goes where; {@code Heads}, the last good state of each reference.
 *   <li>One stack: {@code StackStage} takes it through the turn; {@code StackRenderer} renders each {@code RenderGroup} once; {@code Proposer} and
 *       {@code Proposing} sign and place what may go ({@code OfferDecision}, {@code PolicyGate}, {@code RolloutGate}, {@code DeletionGuard}, {@code Placement}, {@code Abilities}).
 *   <li>Between turns: {@code Building} for what programs render, {@code DigestBook} and {@code DigestRounds} for tags of images, {@code ChartBook} for charts.
 *   <li>What is written down: {@code SyncRecords}, {@code PolicyRefusals}, {@code SourceRecords}, {@code RevisionBook}, {@code OutcomeRecorder}.
 *   <li>What operators ask and do: {@code StackPlanner}, {@code StackOperations}, {@code Offering}, {@code RolloutOperations}, {@code ReleaseApprovals}, {@code AgentReviews}.
 *   <li>What goes: {@code Departures} of stacks and agents, {@code BundleCollector} of what nobody needs.
 * </ul>
 */
@NullMarked
package io.wherry.hub.sync;

import org.jspecify.annotations.NullMarked;
