/**
 * Stage 2 of 7: what the agent knows, durably: the folder and its lock, identity, adopted assignment and floors, blobs, and one journal per stack.
 *
 * <p>Takes what {@code trust} decided, gives it back after any crash; next is {@code reconcile}. Every write is whole or did not happen, and stands
 * on the disk before its effect is seen anywhere.
 */
@NullMarked
package io.wherry.agent.state;

import org.jspecify.annotations.NullMarked;
