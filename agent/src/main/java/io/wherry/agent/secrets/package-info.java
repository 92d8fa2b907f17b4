/**
 * Beside stages 3 to 5 of 7, stage, plan and apply: opens the secrets that an entry brings sealed, and keeps them as files in memory for as long as
 * something here may need them. Sits in front of {@code runtime}, whichever it is.
 */
@NullMarked
package io.wherry.agent.secrets;

import org.jspecify.annotations.NullMarked;
