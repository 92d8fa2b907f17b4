/** Stage 1 of 8: takes sources (Git, registries), gives the tree of a commit or an artifact and what was read of it; next is render. */
@NullMarked
package io.wherry.hub.source;

import org.jspecify.annotations.NullMarked;
