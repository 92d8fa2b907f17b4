/**
 * The runtime Docker: takes a deployment, lists what the engine has, plans (pure) and carries the plan out through the Engine API. Read {@code
 * DockerRuntime} first, then {@code DockerPlanner}; why nothing is harmed stands in docs/explanation/zero-harm.md.
 */
@NullMarked
package io.wherry.agent.runtime.docker;

import org.jspecify.annotations.NullMarked;
