/**
 * What may go to governed agents. Takes policies and what is known of a target's new content, gives a decision; {@code sync} asks it before it proposes. Pure: no
 * clock, no disk, no network.
 */
@NullMarked
package io.wherry.hub.policy;

import org.jspecify.annotations.NullMarked;
