/** Reads container images from OCI registries: manifests, and blobs as they are. */
@NullMarked
package io.wherry.hub.registry;

import org.jspecify.annotations.NullMarked;
