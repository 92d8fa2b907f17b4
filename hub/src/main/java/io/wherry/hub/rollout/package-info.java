/** Stage 5 of 8: takes what each target should have, gives every agent its signed assignment; next is agentapi, which offers it. */
@NullMarked
package io.wherry.hub.rollout;

import org.jspecify.annotations.NullMarked;
