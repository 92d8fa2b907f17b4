/**
 * Stage 1 of 7: poll. Speaks the agent protocol to the hub; the only package that knows gRPC.
 *
 * <p>Takes what this agent has adopted, gives {@code Polled}; next is {@code trust}, which judges what was offered. It fetches blobs and delivers receipts
 * the same way. Nothing here decides what may run.
 */
@NullMarked
package io.wherry.agent.hubclient;

import org.jspecify.annotations.NullMarked;
