/** Stages 1 to 6 in order, told by {@link io.wherry.hub.sync.FleetSync}: takes what the sources hold, gives what each agent should run. */
@NullMarked
package io.wherry.hub.sync;

import org.jspecify.annotations.NullMarked;
