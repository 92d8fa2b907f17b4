/**
 * Stages 3 to 5 of 7, stage, plan and apply: takes what a verified assignment wants of one stack, brings the site's runtime there without harm,
 * and says what happened; next is observe. Implementations: {@code runtime.docker} and {@code runtime.kubernetes}.
 */
@NullMarked
package io.wherry.agent.runtime;

import org.jspecify.annotations.NullMarked;
