/** The agent's Kubernetes runtime on a real cluster with real pods. */
@NullMarked
package io.wherry.e2e.kubernetes;

import org.jspecify.annotations.NullMarked;
