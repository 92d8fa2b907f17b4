/** Hub, link and agent in one thread and in virtual time, with everything going wrong that a seed wants. */
@NullMarked
package io.wherry.e2e.simulation;

import org.jspecify.annotations.NullMarked;
