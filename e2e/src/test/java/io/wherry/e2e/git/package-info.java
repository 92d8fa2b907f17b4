/** A real Git server over HTTPS, and what fetching from it must hold. */
@NullMarked
package io.wherry.e2e.git;

import org.jspecify.annotations.NullMarked;
