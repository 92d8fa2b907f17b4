/**
 * Pages for people with a browser, beside the REST: rendered here, of what the REST's own routes answer ({@link io.wherry.hub.api.Desk}).
 *
 * <p>{@link io.wherry.hub.web.Pages} says which address is what. Templates are in {@code src/main/jte} and become Java of this package when the hub is
 * built; style and script are in the resources. Nothing is fetched from elsewhere, and nothing needs the script.
 */
@NullMarked
package io.wherry.hub.web;

import org.jspecify.annotations.NullMarked;
