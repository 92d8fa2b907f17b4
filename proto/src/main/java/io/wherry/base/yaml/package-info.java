/** Strict YAML with positions, from the first token to the last error: resources, configuration and Compose files are read by it. */
@NullMarked
package io.wherry.base.yaml;

import org.jspecify.annotations.NullMarked;
