/** The programs as their users run them: the demo, the tutorial, hub and agent as processes of their own. */
@NullMarked
package io.wherry.e2e.program;

import org.jspecify.annotations.NullMarked;
