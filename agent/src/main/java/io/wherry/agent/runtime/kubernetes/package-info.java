/**
 * Stages 3 to 5 of 7 on Kubernetes: takes a deployment's objects, brings the cluster there by server-side apply, and says what happened; next is observe.
 * All state is on the cluster: an ApplySet's labels and its parent. Only {@code ApiServerClient} knows Fabric8, so that an agent of a Docker engine never
 * loads it.
 */
@NullMarked
package io.wherry.agent.runtime.kubernetes;

import org.jspecify.annotations.NullMarked;
