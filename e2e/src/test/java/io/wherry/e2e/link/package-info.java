/** The way between a site and its hub, as bad as a test wants it. */
@NullMarked
package io.wherry.e2e.link;

import org.jspecify.annotations.NullMarked;
