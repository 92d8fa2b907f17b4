/**
 * Renders Compose files as {@code docker compose config} does, one class per step: {@code Load}, {@code Interpolate}, {@code Check},
 * {@code Normalise}, {@code Merge}, {@code Select}, {@code Resolve}, {@code Validate}, {@code Contents}, {@code Emit}; {@code Attributes} is the table they all obey.
 */
@NullMarked
package io.wherry.hub.render.compose;

import org.jspecify.annotations.NullMarked;
