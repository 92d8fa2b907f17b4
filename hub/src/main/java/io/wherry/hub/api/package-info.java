/**
 * Operators' REST interface ({@code /api/v1}, problem JSON, default deny) and the health listener.
 *
 * <p>One table, {@link io.wherry.hub.api.Route}s, is everything there is: what it does not name answers 404, what a role may not do answers 403,
 * and {@code openapi.json} is written from it. Files here are one per resource; they translate and delegate.
 */
@NullMarked
package io.wherry.hub.api;

import org.jspecify.annotations.NullMarked;
