/**
 * What healthy means on a cluster: takes objects, their pods and events as the API server gives them, and gives what of a stack is healthy, starting or
 * broken and why. Pure: the time comes in. Read {@code ClusterHealth} first, then {@code KStatus}.
 */
@NullMarked
package io.wherry.agent.runtime.kubernetes.health;

import org.jspecify.annotations.NullMarked;
