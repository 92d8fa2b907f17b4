/** The rules of the house, as tests. */
@NullMarked
package io.wherry.e2e.arch;

import org.jspecify.annotations.NullMarked;
