/** Images that bundle files bring, on their way to a cluster's node: beside stage 3 of 7. Knows nothing of the cluster's API. */
@NullMarked
package io.wherry.agent.runtime.kubernetes.images;

import org.jspecify.annotations.NullMarked;
