/**
 * What goes to a site by hand: fresh assignments with all they need, and what arrived of its receipts, as one bundle file. Sees the stores of what was released and assigned; knows nothing of
 * how it is asked for.
 */
@NullMarked
package io.wherry.hub.bundlefile;

import org.jspecify.annotations.NullMarked;
