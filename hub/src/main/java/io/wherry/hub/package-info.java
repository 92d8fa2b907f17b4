/** The program: arguments, configuration, and the composition root, which builds every stage in flow order with plain constructors. */
@NullMarked
package io.wherry.hub;

import org.jspecify.annotations.NullMarked;
