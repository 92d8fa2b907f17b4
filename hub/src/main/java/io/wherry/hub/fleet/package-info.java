/**
 * Stage 5 of 8: takes join tokens and signing requests, gives the agents that may be served, their certificates and labels; next is rollout.
 *
 * <p>What an agent is called and which key it has is decided here once; every later stage speaks of it by its {@code AgentId}.
 */
@NullMarked
package io.wherry.hub.fleet;

import org.jspecify.annotations.NullMarked;
