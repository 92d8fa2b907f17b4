/** Stage 7 of 8: takes receipts and what was offered, gives conditions with reason, cause and next command; next is the next rollout step. */
@NullMarked
package io.wherry.hub.status;

import org.jspecify.annotations.NullMarked;
