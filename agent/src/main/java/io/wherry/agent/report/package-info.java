/**
 * Stage 7 of 7: report. Takes what happened, gives signed receipts in a durable, bounded outbox, and brings them home when there is a link.
 *
 * <p>A receipt is forgotten only when the hub named it as safe.
 */
@NullMarked
package io.wherry.agent.report;

import org.jspecify.annotations.NullMarked;
