/** Stage 2 of 8: takes a tree and a stack's settings, gives the model that an agent carries out and the files it needs; next is bundle. */
@NullMarked
package io.wherry.hub.render;

import org.jspecify.annotations.NullMarked;
