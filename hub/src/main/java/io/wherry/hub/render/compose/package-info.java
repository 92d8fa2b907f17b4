/**
 * Renders Compose files as {@code docker compose config} does, one class per step. {@code Load} finds and parses; {@code Assemble} takes each
 * layer through {@code Interpolate}, {@code Check}, {@code Normalise}, {@code Relocate}, {@code Extend} and {@code Include}, and lays it over
 * the earlier ones with {@code Merge} and {@code TakeVariables}; the whole goes through {@code Select}, {@code Validate} and
 * {@code References}, {@code Resolve}, {@code Contents} and {@code Emit}. {@code Attributes} is the table they all obey. Start with
 * {@code ComposeRenderer}.
 */
@NullMarked
package io.wherry.hub.render.compose;

import org.jspecify.annotations.NullMarked;
