/**
 * What registries hold: container images, charts and artifacts, pulled by digest with the login and the authorities that belong to the place.
 *
 * <p>{@code RegistryClient} speaks to a registry. On it stand {@code ImageResolver} and {@code ImageFetch} for images, {@code ChartClient} for charts, also of Helm
 * repositories, and {@code ArtifactClient}; {@code EngineImages} finds images at an engine on the hub's own machine. Signatures: {@code CosignSignatures} of
 * artifacts, {@code ChartProvenance} and {@code Keyring} of charts and commits.
 */
@NullMarked
package io.wherry.hub.registry;

import org.jspecify.annotations.NullMarked;
