/** The technician's commands. Each is one class: arguments in, a few lines out, an exit code that scripts can rely on (docs/reference/wherry-agent.md). */
@NullMarked
package io.wherry.agent.cli;

import org.jspecify.annotations.NullMarked;
