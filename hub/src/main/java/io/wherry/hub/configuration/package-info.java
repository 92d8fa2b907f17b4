/**
 * Beside the stages: takes what the source {@code configuration} holds, gives the hub's own resources. {@link io.wherry.hub.configuration.Configuration} tells
 * it; what was stored goes on as if people had applied it.
 */
@NullMarked
package io.wherry.hub.configuration;

import org.jspecify.annotations.NullMarked;
