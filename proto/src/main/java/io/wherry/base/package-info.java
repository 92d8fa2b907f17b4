/** What every module stands on: loops, durable files, exit codes, the console. Needs the JDK alone. */
@NullMarked
package io.wherry.base;

import org.jspecify.annotations.NullMarked;
