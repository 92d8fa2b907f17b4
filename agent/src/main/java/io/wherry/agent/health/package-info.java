/**
 * Stage 6 of 7, observe: takes snapshots of what runs, gives what of it is healthy, starting or broken and why; next is report. Pure: no clock,
 * no engine.
 */
@NullMarked
package io.wherry.agent.health;

import org.jspecify.annotations.NullMarked;
