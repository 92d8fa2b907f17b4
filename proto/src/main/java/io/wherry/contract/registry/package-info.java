/**
 * How hub and agent speak to image registries: names of images, logins, and pushing (OCI distribution specification 1.1).
 *
 * <p>Stands on the JDK alone. Pulling is the hub's affair: {@code hub.registry}.
 */
@NullMarked
package io.wherry.contract.registry;

import org.jspecify.annotations.NullMarked;
