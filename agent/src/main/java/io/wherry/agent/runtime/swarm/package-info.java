/**
 * The runtime Docker, for stacks that run in a swarm: takes a deployment, compares it with what the swarm has, and writes services, networks, configs and
 * secrets as {@code docker stack deploy} does. Read {@code SwarmRuntime} first, then {@code SwarmApplier}. {@code DockerModes} chooses between this and the
 * containers of {@code runtime.docker}.
 */
@NullMarked
package io.wherry.agent.runtime.swarm;

import org.jspecify.annotations.NullMarked;
