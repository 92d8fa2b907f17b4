/** The Docker runtime against a real engine, with images made on the spot: none is pulled. */
@NullMarked
package io.wherry.e2e.docker;

import org.jspecify.annotations.NullMarked;
