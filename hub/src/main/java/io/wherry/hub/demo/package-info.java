/** {@code wherry-hub demo}: hub and agent as processes of their own, told as a tour in real commands; nothing of it stays. */
@NullMarked
package io.wherry.hub.demo;

import org.jspecify.annotations.NullMarked;
