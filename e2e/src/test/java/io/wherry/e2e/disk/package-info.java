/** A disk in memory that loses what was not synced, behind the ordinary {@code java.nio.file}. */
@NullMarked
package io.wherry.e2e.disk;

import org.jspecify.annotations.NullMarked;
