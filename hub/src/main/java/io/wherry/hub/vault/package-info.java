/**
 * Credentials for sources. Takes a value once, gives it only to whoever sends it to the host it was made for; no API returns it.
 */
@NullMarked
package io.wherry.hub.vault;

import org.jspecify.annotations.NullMarked;
