/**
 * Stages 3 to 5 of 7 on Kubernetes: takes a deployment's objects, brings the cluster there by server-side apply, and says what happened; next is observe.
 * All state is on the cluster: an ApplySet's labels and its parent. Read {@code KubernetesRuntime} first, then {@code Work}, which is one deployment in work.
 *
 * <ul>
 *   <li>What is wanted: {@code KubernetesModel}; {@code Declarations} finds where each object stands, {@code Discovery} what the server calls its kind.
 *   <li>Before the first write: {@code Owners}, {@code Moves} and {@code AdoptedObjects} say whose an object is, {@code Trials} what applying it would do,
 *       {@code Foresight} says that to a person.
 *   <li>Writing: {@code Applier} phase by {@code Phase}, {@code HookRuns}, {@code BroughtSecrets}; {@code Undeclared}, {@code Pruner} and {@code Deleter} for what goes.
 *   <li>The inventory: {@code ApplySet}, {@code Inventory}, {@code Marks}.
 *   <li>Afterwards: {@code Probe} looks at health, {@code DriftLook} at differences; {@code Sightings}, {@code PlaceWatch} and {@code Vigils} spare what has not changed.
 *   <li>What stands in a namespace, as files: {@code ExportedNamespace}, {@code WrittenDown}.
 *   <li>The API server: {@code ApiServer} is the seam, {@code ClusterApi} its calls. Only {@code ApiServerClient} knows Fabric8, so that an agent of a Docker
 *       engine never loads it.
 * </ul>
 */
@NullMarked
package io.wherry.agent.runtime.kubernetes;

import org.jspecify.annotations.NullMarked;
