/** The whole program with real parts. */
@NullMarked
package io.wherry.e2e;

import org.jspecify.annotations.NullMarked;
