/**
 * What goes to a site by hand: fresh assignments and all they need as one bundle file. Sees the stores of what was released and assigned; knows nothing of
 * how it is asked for.
 */
@NullMarked
package io.wherry.hub.bundlefile;

import org.jspecify.annotations.NullMarked;
