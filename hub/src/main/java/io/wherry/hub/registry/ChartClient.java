package io.wherry.hub.registry;

import io.wherry.contract.file.Descriptor;
import io.wherry.contract.file.ImageManifest;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.registry.Http;
import io.wherry.contract.registry.ImageReference;
import io.wherry.contract.registry.RegistryCredentials;
import io.wherry.contract.registry.RegistryException;
import io.wherry.hub.resource.ChartFrom;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLSocketFactory;

/** Fetches charts from Helm repositories and from registries. Keeps nothing: its caller does. */
public final class ChartClient implements ChartSource {
    /** 16 MiB: the largest public charts have some hundred kilobytes. */
    static final int MAX_BYTES = 16 << 20;

    private static final String CONFIG = "application/vnd.cncf.helm.config.v1+json";
    private static final String PROVENANCE = "application/vnd.cncf.helm.chart.provenance.v1.prov";
    private static final Set<String> CONTENT =
            Set.of("application/vnd.cncf.helm.chart.content.v1.tar+gzip", "application/tar+gzip");

    private final SSLSocketFactory trust;
    private final RegistryCredentials registries;
    private final NamedCredentials named;

    /**
     * @param trust      for all that bring no authorities of their own
     * @param registries for registries
     * @param named      for what names its credential
     */
    public ChartClient(SSLSocketFactory trust, RegistryCredentials registries, NamedCredentials named) {
        this.trust = trust;
        this.registries = registries;
        this.named = named;
    }

    /** Credentials by their names. */
    @FunctionalInterface
    public interface NamedCredentials {
        /**
         * The value of an {@code Authorization} header.
         *
         * @param host {@code HOST} or {@code HOST:PORT} that it goes to
         * @throws RegistryException if there is none of that name, or it is not for that host
         */
        String header(String name, String host) throws RegistryException;
    }

    @Override
    public Chart fetch(ChartFrom from) throws IOException {
        Optional<String> header = from.credentialRef().isPresent()
                ? Optional.of(named.header(from.credentialRef().get(), from.host()))
                : Optional.empty();
        Optional<String> proxy = from.place().proxy();
        Http http = PlaceHttp.of(from.place(), trust, from.toString());
        try {
            return from.isOci()
                    ? pull(from, new RegistryClient(http, header.isPresent() ? _ -> header : registries))
                    : new HelmRepository(http, from, header).chart();
        } catch (RegistryException e) {
            throw proxy.isEmpty()
                    ? e
                    : new RegistryException(
                            e.getMessage() + ", by the proxy " + proxy.get(),
                            e.hint() + "; " + from.place().field("proxy") + " says by which way",
                            e);
        }
    }

    private static Chart pull(ChartFrom from, RegistryClient client) throws IOException {
        try {
            ImageReference reference = ImageReference.parse(
                    from.ociName() + ":" + from.version().replace('+', '_')); // as helm writes tags
            RegistryClient.Document document = client.manifest(reference, reference.version());
            if (ImageFetch.isIndex(document.mediaType())) {
                throw new JsonException("an index of images");
            }
            ImageManifest manifest = ImageManifest.parse(document.bytes());
            List<Descriptor> content = manifest.layers().stream()
                    .filter(layer -> CONTENT.contains(layer.mediaType()))
                    .toList();
            if (!manifest.config().mediaType().equals(CONFIG) || content.size() != 1) {
                throw new JsonException(manifest.config().mediaType());
            }
            requireSize(from + ": has", content.getFirst(), MAX_BYTES, "take out what is no chart's");
            byte[] archive = read(client, reference, content.getFirst());
            return new Chart(
                    archive,
                    from.keyring().isPresent() ? provenance(from, client, reference, manifest) : Optional.empty());
        } catch (RegistryException e) {
            throw new RegistryException(from + ": " + e.getMessage(), e.hint(), e);
        } catch (JsonException e) {
            throw new RegistryException(from + ": is no chart but " + e.getMessage(), "helm push", e);
        } catch (IllegalArgumentException e) {
            throw new RegistryException(
                    from + ": " + e.getMessage(), "names of a registry are in lower case: oci://HOST/PATH", e);
        }
    }

    private static Optional<byte[]> provenance(
            ChartFrom from, RegistryClient client, ImageReference reference, ImageManifest manifest)
            throws IOException {
        Optional<Descriptor> layer = manifest.layers().stream()
                .filter(one -> one.mediaType().equals(PROVENANCE))
                .findFirst();
        if (layer.isEmpty()) {
            return Optional.empty();
        }
        requireSize(
                from + ": its provenance has",
                layer.get(),
                ChartProvenance.MAX_BYTES,
                "sign it anew: helm package --sign");
        return Optional.of(read(client, reference, layer.get()));
    }

    private static void requireSize(String what, Descriptor part, int limit, String hint) throws RegistryException {
        if (part.size() > limit) {
            throw new RegistryException(what + " more than " + (limit >> 20) + " MiB", hint);
        }
    }

    private static byte[] read(RegistryClient client, ImageReference reference, Descriptor part) throws IOException {
        try (InputStream in = client.blob(reference, part)) {
            return in.readAllBytes();
        }
    }
}
