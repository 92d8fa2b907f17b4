/** Stage 4 of 8: takes bundles, gives signed releases that say what may run; holds the hub's keys and trust roots; next is rollout. */
@NullMarked
package io.wherry.hub.release;

import org.jspecify.annotations.NullMarked;
