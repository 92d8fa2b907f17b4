/**
 * Stage 5 of 8: takes join tokens and signing requests, gives the agents that may be served, their certificates and labels; next is rollout.
 *
 * <p>What an agent is called and which key it has is decided here once; every later stage speaks of it by its {@code AgentId}. {@code Enrolment} takes in,
 * {@code AgentDecisions} is what operators say to that, {@code CertificateAuthority} signs, {@code AgentRepository} keeps; {@code Incarnations} finds a state folder that
 * exists twice, {@code Recovery} lets in whoever was away for too long.
 */
@NullMarked
package io.wherry.hub.fleet;

import org.jspecify.annotations.NullMarked;
