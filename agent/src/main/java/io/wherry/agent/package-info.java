/** The agent's edge: arguments, configuration, composition. {@code reconcile.Reconciler} tells the story; read that first. */
@NullMarked
package io.wherry.agent;

import org.jspecify.annotations.NullMarked;
