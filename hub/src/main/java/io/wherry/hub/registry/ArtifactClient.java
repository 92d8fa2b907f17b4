package io.wherry.hub.registry;

import io.wherry.contract.registry.ImageReference;
import io.wherry.contract.registry.RegistryCredentials;
import io.wherry.contract.registry.RegistryException;
import io.wherry.hub.resource.ChartFrom;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;

/** Reaches repositories of registries, for the artifacts in them. */
public final class ArtifactClient {
    private static final String OCI = "oci://";

    private final SSLSocketFactory trust;
    private final RegistryCredentials registries;
    private final ChartClient.NamedCredentials named;

    /**
     * @param trust      for all that bring no authorities of their own
     * @param registries where a place names no credential
     * @param named      for what names its credential
     */
    public ArtifactClient(SSLSocketFactory trust, RegistryCredentials registries, ChartClient.NamedCredentials named) {
        this.trust = trust;
        this.registries = registries;
        this.named = named;
    }

    /**
     * Asks nobody yet.
     *
     * @param place its address is {@code oci://HOST/REPOSITORY}
     * @throws RegistryException if its credential or its authorities cannot be used
     */
    public ArtifactRepository open(ChartFrom.Place place) throws RegistryException {
        String name = place.url().substring(OCI.length());
        ImageReference repository = ImageReference.parse(name);
        Optional<String> header = place.credentialRef().isPresent()
                ? Optional.of(named.header(place.credentialRef().get(), repository.registry()))
                : Optional.empty();
        RegistryCredentials shown = new Shown(registries, header, place);
        return new ArtifactRepository(new RegistryClient(PlaceHttp.of(place, trust, place.url()), shown), repository);
    }

    /** What its registry is shown, and what a person can mend where it is declared. */
    private record Shown(RegistryCredentials registries, Optional<String> own, ChartFrom.Place place)
            implements RegistryCredentials {
        @Override
        public Optional<String> header(String registry) throws RegistryException {
            return own.isPresent() ? own : registries.header(registry);
        }

        @Override
        public String hint(ImageReference image) {
            return RegistryCredentials.super.hint(image) + ", and name it in " + place.field("credentialRef");
        }

        @Override
        public String authorityHint() {
            return "write the authority's certificate (PEM) into " + place.field("caBundle");
        }
    }
}
