/**
 * Stage 7 of 8: takes receipts and what was offered, gives conditions with reason, cause and next command; next is the next rollout step.
 *
 * <p>{@code ReportIntake} takes what agents say, each receipt once. {@code FleetStatus} answers for all of it: {@code TargetConditions} judges one stack at one agent,
 * {@code StackStatus} a stack over all its targets, {@code AgentStatus} an agent. {@code Events} is what happened lately.
 */
@NullMarked
package io.wherry.hub.status;

import org.jspecify.annotations.NullMarked;
