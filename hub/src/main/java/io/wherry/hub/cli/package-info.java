/** The operator's command line, {@code wherry}: each command is a class of its own. */
@NullMarked
package io.wherry.hub.cli;

import org.jspecify.annotations.NullMarked;
