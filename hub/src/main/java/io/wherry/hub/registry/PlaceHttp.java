package io.wherry.hub.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Authorities;
import io.wherry.base.Causes;
import io.wherry.contract.registry.Http;
import io.wherry.contract.registry.RegistryException;
import io.wherry.hub.resource.ChartFrom;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/** The way to a repository or a registry: by which proxy, and whose certificates are believed there. */
final class PlaceHttp {
    private PlaceHttp() {}

    /**
     * As the place says.
     *
     * @param trust where it brings no authorities of its own
     * @param what  is had from there, for messages
     * @throws RegistryException if its authorities cannot be read
     */
    static Http of(ChartFrom.Place place, SSLSocketFactory trust, String what) throws RegistryException {
        Optional<String> own = place.caBundle();
        return new Http(
                own.isPresent() ? trust(place, own.get(), what) : trust,
                place.proxy().map(PlaceHttp::proxy).orElse(Proxy.NO_PROXY));
    }

    private static Proxy proxy(String address) {
        URI uri = URI.create(address);
        return new Proxy(Proxy.Type.HTTP, new InetSocketAddress(uri.getHost(), uri.getPort()));
    }

    private static SSLSocketFactory trust(ChartFrom.Place place, String pem, String what) throws RegistryException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, Authorities.trust(pem.getBytes(UTF_8)), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new RegistryException(
                    what + ": its caBundle cannot be used: " + Causes.words(e),
                    "write certificates in PEM as " + place.field("caBundle"),
                    e);
        }
    }
}
