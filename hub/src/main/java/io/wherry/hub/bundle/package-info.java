/** Stage 3 of 8: takes a rendering, gives a bundle named by its digest, in a store that keeps it; next is release. */
@NullMarked
package io.wherry.hub.bundle;

import org.jspecify.annotations.NullMarked;
