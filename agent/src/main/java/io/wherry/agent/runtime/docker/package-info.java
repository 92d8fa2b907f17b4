/**
 * The runtime Docker: takes a deployment, lists what the engine has, plans (pure) and carries the plan out through the Engine API. Read {@code
 * DockerRuntime} first, then {@code Applying} and {@code DockerPlanner}; why nothing is harmed stands in docs/explanation/zero-harm.md.
 *
 * <ul>
 *   <li>What is wanted, pure: {@code ComposeModel} and {@code ComposeService} read the model, {@code ContainerSpec} is one container of it ({@code ConfigSection},
 *       {@code HostSection}, {@code Mounts}, {@code Endpoints}), {@code SharedSpec} a network or volume, {@code Wanted} all of it.
 *   <li>What is there: {@code Surroundings} takes {@code Observed} by list calls, {@code Inspections} for what those do not show; {@code DriftCheck} holds it against what is wanted, {@code Differences} field by field.
 *   <li>What to do about it: {@code DockerPlanner} gives a {@code Plan} of {@code Step}s; {@code Conflicts} says what stands in its way.
 *   <li>Doing it: {@code Applier}, {@code Maker}, {@code Swapper} where the next starts first; {@code Settler} and {@code Rollback} end it either way.
 *   <li>Images: {@code Images}, {@code CarriedImages} of bundle files, {@code PullRoom}, {@code ImageCollector}.
 *   <li>What people started by hand: {@code Adoption} takes it over where {@code Likeness} allows it; {@code Exporter} writes it down.
 *   <li>The engine: {@code Engine} is the seam, {@code EngineSocket} behind it, {@code DockerApi} its calls.
 * </ul>
 */
@NullMarked
package io.wherry.agent.runtime.docker;

import org.jspecify.annotations.NullMarked;
