/**
 * Stage 2 of 8, where a program of others renders: runs it on a copy of some files in a private folder, without environment, with limits, and without a
 * network where the kernel allows it.
 */
@NullMarked
package io.wherry.hub.render.worker;

import org.jspecify.annotations.NullMarked;
