/**
 * Beside the stages: what a hub would say of a folder's resources and of the stacks among them, without a hub. {@link io.wherry.hub.validation.Validation} is what
 * {@code wherry validate} asks.
 */
@NullMarked
package io.wherry.hub.validation;

import org.jspecify.annotations.NullMarked;
