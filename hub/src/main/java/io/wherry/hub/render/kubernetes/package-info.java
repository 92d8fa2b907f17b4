/**
 * Stage 2 of 8, for clusters: takes a tree and a stack's settings, gives the objects that an agent of Kubernetes applies; next is bundle.
 *
 * <p>{@link io.wherry.hub.render.kubernetes.KubernetesRenderer} reads files that hold objects; {@code Collected} is what every way of coming to
 * objects ends in, so that the same is refused whoever wrote them.
 */
@NullMarked
package io.wherry.hub.render.kubernetes;

import org.jspecify.annotations.NullMarked;
