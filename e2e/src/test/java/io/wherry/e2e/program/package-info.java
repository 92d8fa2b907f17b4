/** The programs as their users run them: the demo, the tutorial, hub and agents as processes of their own, with the ports, users and engines of a site. */
@NullMarked
package io.wherry.e2e.program;

import org.jspecify.annotations.NullMarked;
