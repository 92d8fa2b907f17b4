/**
 * Stage 8 of 8: takes the agents' calls on their own port, gives each what it should run now, and hands what it reports to status; the agent's
 * own stages come next.
 *
 * <p>Translates and delegates: identity is decided in fleet, content in rollout, outcomes in status. The only package of the hub that knows gRPC.
 */
@NullMarked
package io.wherry.hub.agentapi;

import org.jspecify.annotations.NullMarked;
