/** Runtimes whose calls to the real API server are counted, or cut off. */
@NullMarked
package io.wherry.agent.runtime.kubernetes;

import org.jspecify.annotations.NullMarked;
